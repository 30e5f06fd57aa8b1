// <fieldset data-minutes="120">: how long such an event usually lasts. When its beginning is given and no end yet, the end is offered;
// past midnight its last day too. The names of the controls end in -day, -begins, -ends, -last_day.

export function start() {
  for (const date of document.querySelectorAll("[data-minutes]")) {
    const part = (name) => date.querySelector(`[name$="-${name}"]`);
    part("begins").addEventListener("change", () => {
      const begins = part("begins").value;
      if (!begins || part("ends").value) return;
      const [hour, minute] = begins.split(":").map(Number);
      const over = new Date(Date.UTC(2000, 0, 1, hour, minute + Number(date.dataset.minutes)));
      part("ends").value = over.toISOString().slice(11, 16);
      const later = over.getUTCDate() - 1;
      const last = part("last_day");
      if (later && part("ends").value !== "00:00" && part("day").value && !last.value) {
        const day = new Date(part("day").value); // midnight in UTC, as ECMAScript reads a day alone
        day.setUTCDate(day.getUTCDate() + later);
        last.value = day.toISOString().slice(0, 10);
        last.closest("details").open = true;
      }
      part("ends").dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
