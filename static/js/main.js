// The one script a page names. It loads only the modules whose marks stand on the page; every page works without any of them.
// Each module exports start(say, load): say(key, values) gives a sentence of templates/layout/_words.html, load(name) another module.

const version = new URL(import.meta.url).search; // one address for all modules: an upgrade never mixes old with new
const load = (name) => import(`./${name}.js${version}`);

const modules = {
  "[data-key], [data-key-rows]": "keys",
  "[data-autosave-url]": "autosave",
  "form[data-keep-typed]": "keep",
  "[data-live-url]": "live",
  "[data-renewed-url]": "renewed",
  "[data-counter]": "counter",
  "[data-copy]": "copy",
  "[data-seen-url]": "seen",
  "[data-shown-when]": "shown",
  "[data-venue-facts]": "venue",
  "[data-minutes]": "hours",
  "form[data-warn-unsaved]": "leave",
  "details.menu": "menu",
  ".action-bar": "bar",
  "form[data-passkey]": "passkey",
};

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

function say(key, values = {}) {
  return (words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// Text sent by a form has arrived, unless the answer is an error page (data-typed-kept): then it stays for when the form is opened again.
function settleSent() {
  const promise = document.querySelector("[data-typed-kept]");
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith("marshrut.sent:"))) {
    if (promise) {
      sessionStorage.setItem(key.replace("sent", "kept"), sessionStorage.getItem(key));
      promise.hidden = false;
    }
    sessionStorage.removeItem(key);
  }
}

try {
  settleSent();
} catch {
  // storage is forbidden in this browser: nothing was kept
}

for (const [mark, name] of Object.entries(modules)) {
  if (document.querySelector(mark)) load(name).then((module) => module.start(say, load));
}
