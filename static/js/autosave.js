// Saves a section while it is being typed.
//   <form|section|fieldset data-autosave-url="/requests/5/sections/people">   what is inside is sent; csrf_token is taken from its form
//     <input type="hidden" name="version" data-autosave-version value="7">    the version this text was begun from
//     <p data-autosave-state></p>                                              where «Сохранено в 14:05» is said (made if absent)
// POST, fields as in the form, Accept: application/json. Answers:
//   200 {saved_at: "14:05", version: 8, word?: "осталось 2 поля", words?: {"section-safety": "готово"}, message?}
//                                   `word` goes to every [data-section-word="<id of the element>"], `words` to those of other sections;
//                                   `message` says what of the section could not be read and so is not saved
//   409 {message?}                  somebody changed it: saving stops, the text stays, a link opens the present version
//   422 / 400 {message?}            not saved; tried again at the next change
//   401 / 403 or a redirect         signed out: the text is kept in this tab and put back when the page is opened again; if the section has got
//                                   another version meanwhile it is only shown beside, to be copied: nobody's work is overwritten unseen
//   anything else or no network     tried again, each time later
// After a save the document gets the event "marshrut:saved" (live.js and leave.js listen).

const PAUSE = 1200;
const RETRY = [5, 15, 45, 120];

export async function start(say, load) {
  const typed = await load("typed");
  for (const element of document.querySelectorAll("[data-autosave-url]")) new Section(element, say, typed).watch();
}

class Section {
  constructor(element, say, typed) {
    Object.assign(this, { element, say, typed, form: element.closest("form") });
    Object.assign(this, { timer: 0, tries: 0, sending: false, changed: false, stopped: false });
    this.state = element.querySelector("[data-autosave-state]") ?? element.appendChild(document.createElement("p"));
    this.state.classList.add("autosave-state");
    this.state.setAttribute("role", "status");
  }

  watch() {
    this.restore();
    if (this.typed.begun(this.element)) this.later(PAUSE);
    for (const kind of ["input", "change"]) {
      this.element.addEventListener(kind, (event) => {
        if (event.target.type === "file") return;
        this.changed = true;
        this.tries = 0;
        this.later(PAUSE);
      });
    }
    this.form?.addEventListener("submit", () => {
      this.stopped = true; // the form itself carries the text now
      this.typed.keep(this.element, "sent");
    });
  }

  restore() {
    const { pairs, stale } = this.typed.kept(this.element);
    if (!pairs.length) return;
    if (stale) {
      this.state.before(besides(pairs.filter(([control]) => this.typed.isText(control)), this.say("conflict_text")));
      return;
    }
    this.typed.putBack(pairs);
    this.show(this.say("restored"));
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  async send() {
    if (this.stopped) return;
    if (this.sending) {
      this.later(PAUSE);
      return;
    }
    this.sending = true;
    this.changed = false;
    this.show(this.say("saving"));
    try {
      await this.hear(await fetch(this.element.dataset.autosaveUrl, this.request()));
    } catch {
      this.retry();
    }
    this.sending = false;
  }

  request() {
    const body = new FormData();
    for (const control of this.typed.controls(this.element)) append(body, control);
    const token = this.form?.querySelector("[name=csrf_token]")?.value ?? document.querySelector("meta[name=csrf-token]")?.content;
    if (token) body.set("csrf_token", token);
    return { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" };
  }

  async hear(response) {
    if (response.redirected || response.status === 401 || response.status === 403) {
      this.stop(this.say("signed_out"));
      return;
    }
    if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
    const told = await response.json().catch(() => ({}));
    if (response.status === 409) {
      this.stop(told.message ?? this.say("conflict"));
      this.state.append(" ", freshLink(this.typed.place(), this.say("conflict_link")));
    } else if (!response.ok) {
      this.show(told.message ?? this.say("refused"), "bad");
    } else {
      this.saved(told);
    }
  }

  saved(told) {
    this.tries = 0;
    this.typed.forget(this.element);
    const version = this.element.querySelector("[data-autosave-version]");
    if (version && told.version !== undefined) version.value = told.version;
    const words = { ...told.words, ...(told.word && this.element.id ? { [this.element.id]: told.word } : {}) };
    for (const [id, word] of Object.entries(words)) {
      for (const place of document.querySelectorAll(`[data-section-word="${CSS.escape(id)}"]`)) place.textContent = word;
    }
    if (told.message) this.show(told.message, "bad");
    else this.show(this.say("saved", { time: told.saved_at }));
    if (!this.changed) this.element.dispatchEvent(new CustomEvent("marshrut:saved", { bubbles: true }));
  }

  stop(sentence) {
    this.stopped = true;
    this.typed.keep(this.element);
    this.show(sentence, "bad");
  }

  retry() {
    const seconds = RETRY[Math.min(this.tries, RETRY.length - 1)];
    this.tries += 1;
    this.typed.keep(this.element);
    this.show(this.say("unsaved", { seconds }), "bad");
    this.later(seconds * 1000);
  }

  show(sentence, tone = "") {
    this.state.dataset.tone = tone;
    this.state.textContent = sentence;
  }
}

function append(body, control) {
  if ((control.type === "checkbox" || control.type === "radio") && !control.checked) return;
  if (control.type === "select-multiple") {
    for (const option of control.selectedOptions) body.append(control.name, option.value);
  } else {
    body.append(control.name, control.value);
  }
}

function besides(pairs, sentence) {
  const note = document.createElement("div");
  note.className = "note note-warn";
  const box = note.appendChild(document.createElement("div"));
  box.appendChild(document.createElement("p")).textContent = sentence;
  for (const [control, value] of pairs) {
    const shown = box.appendChild(document.createElement("textarea"));
    shown.className = "form-control";
    shown.readOnly = true;
    shown.value = value;
    shown.setAttribute("aria-label", control.labels?.[0]?.textContent.trim() ?? control.name);
  }
  return note;
}

function freshLink(address, text) {
  const link = document.createElement("a");
  Object.assign(link, { href: address, target: "_blank", rel: "noopener", textContent: text });
  return link;
}
