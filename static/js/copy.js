// <button type="button" data-copy="#feed-address" hidden>Скопировать адрес</button>: copies the value or text of that element.
// The button is hidden without this module; beside it the answer is said.

export function start(say) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.querySelector(button.dataset.copy);
    if (!source) continue;
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.className = "muted";
    button.after(told);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
        told.textContent = say("copied");
      } catch {
        source.select?.();
        told.textContent = say("not_copied");
      }
    });
  }
}
