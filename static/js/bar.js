// How high the bar of acts stands over the page, for css/components/action-bar.css.

export function start() {
  const bar = document.querySelector(".action-bar");
  const tell = () => document.documentElement.style.setProperty("--action-bar-height", `${bar.offsetHeight}px`);
  new ResizeObserver(tell).observe(bar);
}
