// Keeps a part of the page true while a form is being filled.
//   <div data-live-url="/requests/5/forecast" data-live-form="request-form" aria-live="polite"> … </div>
// On a change of the form (id in data-live-form, else the nearest form) it is posted whole and the answer, an HTML fragment, takes the place of
// what stands inside. `data-live-on="saved"` waits for autosave instead. A failed answer leaves what stood there and says so.
// A <template data-live-part="gist"> in the answer is copied into every [data-live-copy="gist"] of the page.
// A field that applies only sometimes stands in <div data-shown-live="late" hidden>: it shows while data-live-shows="late" stands inside the answer.

const PAUSE = 700;

export async function start(say, load) {
  const [{ filled }, { begun }] = await Promise.all([load("shown"), load("typed")]);
  for (const region of document.querySelectorAll("[data-live-url]")) watch(region, say, filled, begun);
}

function watch(region, say, filled, begun) {
  const form = document.getElementById(region.dataset.liveForm) ?? region.closest("form");
  if (!form) return;
  let timer = 0;
  let running = null;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  };
  if (region.dataset.liveOn === "saved") {
    document.addEventListener("marshrut:saved", later);
  } else {
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    if (begun(form)) later();
  }

  async function refresh() {
    running?.abort();
    running = new AbortController();
    region.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(region.dataset.liveUrl, { method: "POST", body: textOf(form), credentials: "same-origin", signal: running.signal });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      put(region, await response.text());
      show(region, form, filled);
    } catch (failure) {
      if (failure.name === "AbortError") return;
      warn(region, say("not_refreshed"));
    }
    region.removeAttribute("aria-busy");
  }
}

function textOf(form) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  body.delete("nonce"); // the form's receipt is for its real sending
  return body;
}

function put(region, html) {
  if (region.dataset.liveHtml === html) return;
  region.dataset.liveHtml = html;
  const open = [...region.querySelectorAll("details[open][id]")].map((details) => details.id);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  region.replaceChildren(fresh.content);
  for (const part of region.querySelectorAll("template[data-live-part]")) {
    for (const place of document.querySelectorAll(`[data-live-copy="${CSS.escape(part.dataset.livePart)}"]`)) {
      place.replaceChildren(part.content.cloneNode(true));
    }
  }
  for (const id of open) region.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
}

function show(region, form, filled) {
  for (const part of form.querySelectorAll("[data-shown-live]")) {
    part.hidden = !region.querySelector(`[data-live-shows="${CSS.escape(part.dataset.shownLive)}"]`) && !filled(part);
  }
}

function warn(region, text) {
  const note = region.querySelector("[data-live-warning]") ?? document.createElement("p");
  note.dataset.liveWarning = "";
  note.className = "muted";
  note.textContent = text;
  region.append(note);
}
