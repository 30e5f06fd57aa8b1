// <main data-seen-url="/reviews/5/seen">: tells once that a person has really opened the page, and how long it was worked on.
// POST csrf_token, active_seconds (0 at opening; then what has been added since, when the page is left or hidden).
// Active = the page is visible and something was pressed, moved or scrolled within the last five minutes (domain.md, M4).

const IDLE = 5 * 60 * 1000;

export function start() {
  const element = document.querySelector("[data-seen-url]");
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (!token) return;
  let active = 0;
  let last = performance.now();
  let stirred = last;

  const tick = () => {
    const now = performance.now();
    if (document.visibilityState === "visible" && now - stirred < IDLE) active += Math.min(now - last, IDLE);
    last = now;
  };
  const tell = (seconds) => {
    const body = new FormData();
    body.set("csrf_token", token);
    body.set("active_seconds", String(seconds));
    navigator.sendBeacon(element.dataset.seenUrl, body);
  };
  for (const kind of ["keydown", "pointerdown", "pointermove", "scroll"]) {
    document.addEventListener(kind, () => {
      tick();
      stirred = performance.now();
    }, { passive: true });
  }
  setInterval(tick, 15000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      last = stirred = performance.now();
      return;
    }
    const now = performance.now();
    if (now - stirred < IDLE) active += now - last;
    last = now;
    const seconds = Math.round(active / 1000);
    if (seconds > 0) tell(seconds);
    active = 0;
  });
  tell(0);
}
