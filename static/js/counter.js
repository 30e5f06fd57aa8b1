// «240 из 1000» under a field: data-counter="1000" on the control, the words go to `<id>-count`.
// Counts characters as a reader does (an emoji is one). Says it aloud only near the end, so that typing is not talked over.

export function start(say) {
  for (const control of document.querySelectorAll("[data-counter]")) {
    const place = document.getElementById(`${control.id}-count`);
    if (!place) continue;
    const show = () => tell(control, place, say);
    control.addEventListener("input", show);
    show();
  }
}

function tell(control, place, say) {
  const max = Number(control.dataset.counter);
  const n = [...control.value].length;
  const group = (value) => value.toLocaleString(document.documentElement.lang);
  place.textContent = say(n > max ? "counter_over" : "counter", { n: group(n), max: group(max), over: group(n - max) });
  place.classList.toggle("over", n > max);
  place.setAttribute("aria-live", n > max * 0.9 ? "polite" : "off");
}
