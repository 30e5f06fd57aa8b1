// Typed text kept in this tab only (sessionStorage), so that nothing is lost when a session ends or somebody was faster.
// «kept» is put back when the same person opens the same form again; «sent» went with a form and becomes «kept» if an error page answers
// (main.js settles that). Passwords, files and hidden fields are never kept.

const reader = () => document.body.dataset.reader ?? "";

export function keyOf(element) {
  return `${location.pathname}:${element.dataset.autosaveUrl ?? element.id}`;
}

export function controls(element) {
  const all = [...element.querySelectorAll("input[name], textarea[name], select[name]")];
  return all.filter((control) => !control.disabled && control.type !== "file");
}

export function keep(element, kind = "kept") {
  const fields = typed(element).map((control) => [control.name, control.type, valueOf(control)]);
  write(`marshrut.${kind}:${keyOf(element)}`, JSON.stringify({ reader: reader(), fields }));
}

export function forget(element) {
  write(`marshrut.kept:${keyOf(element)}`, null);
}

/** Put kept text back into the same fields; true if anything differed from what the server gave. */
export function putBack(element) {
  const kept = read(`marshrut.kept:${keyOf(element)}`);
  if (!kept || kept.reader !== reader()) return false;
  forget(element);
  const present = typed(element);
  const same = kept.fields.filter(([name, type], at) => present[at]?.name === name && present[at].type === type);
  if (same.length !== kept.fields.length) return false; // the form has changed since: its fields would be confused
  return kept.fields.map(([, , value], at) => set(present[at], value)).some(Boolean);
}

function typed(element) {
  return controls(element).filter((control) => !["hidden", "password", "submit", "button"].includes(control.type));
}

function valueOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked;
  if (control.type === "select-multiple") return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

function set(control, value) {
  if (JSON.stringify(valueOf(control)) === JSON.stringify(value)) return false;
  if (control.type === "checkbox" || control.type === "radio") control.checked = value;
  else if (control.type === "select-multiple") for (const option of control.options) option.selected = value.includes(option.value);
  else control.value = value;
  return true;
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null; // storage is forbidden
  }
}

function write(key, text) {
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // storage is full or forbidden: the text still stands in the page
  }
}
