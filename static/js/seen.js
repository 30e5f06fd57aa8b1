// <main data-seen-url="/reviews/5/seen">: tells once that a person has really opened the page, and how long it was worked on.
// POST csrf_token, active_seconds (0 at opening; then what has been added since: every few minutes, and when the page is left or hidden).
// Active = the page is visible and something was pressed, moved or scrolled within the last five minutes (domain.md, M4).

const IDLE = 5 * 60 * 1000;
const REPORT = 4 * 60 * 1000; // a report counts for five minutes at most

export function start() {
  const element = document.querySelector("[data-seen-url]");
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (!token) return;
  let active = 0;
  let last = performance.now();
  let stirred = last;

  const tell = (seconds) => {
    const body = new FormData();
    body.set("csrf_token", token);
    body.set("active_seconds", String(seconds));
    navigator.sendBeacon(element.dataset.seenUrl, body);
  };
  const report = () => {
    const seconds = Math.round(active / 1000);
    if (seconds > 0) tell(seconds);
    active = 0;
  };
  const count = () => {
    const now = performance.now();
    if (now - stirred < IDLE) active += Math.min(now - last, IDLE);
    last = now;
    if (active >= REPORT) report();
  };
  const tick = () => {
    if (document.visibilityState === "visible") count();
    else last = performance.now();
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
    count();
    report();
  });
  tell(0);
}
