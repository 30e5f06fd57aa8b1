// Typed text kept in this tab only (sessionStorage), so that nothing is lost when a session ends or somebody was faster.
// «kept» is put back when the same person opens the same form again; «sent» went with a form and becomes «kept» if an error page answers
// (main.js settles that). Passwords, files and hidden fields are never kept.

const reader = () => document.body.dataset.reader ?? "";

/** The address of the form's page, also where the page answers a form and stands under an address of its own. */
export function place() {
  return document.body.dataset.path ?? location.pathname;
}

export function keyOf(element) {
  return `${place()}:${element.dataset.autosaveUrl ?? element.id}`;
}

export function controls(element) {
  const all = [...element.querySelectorAll("input[name], textarea[name], select[name]")];
  return all.filter((control) => !control.disabled && control.type !== "file");
}

export function keep(element, kind = "kept") {
  const fields = typed(element).map((control) => [control.name, control.type, valueOf(control)]);
  write(`marshrut.${kind}:${keyOf(element)}`, JSON.stringify({ reader: reader(), version: versionOf(element), fields }));
}

export function forget(element) {
  write(`marshrut.kept:${keyOf(element)}`, null);
}

/**
 * What was kept of this form and differs from what the server gave: pairs [control, value]; `stale` when the server's version is another
 * than the one the text was begun from, so that putting it back could undo somebody's work.
 */
export function kept(element) {
  const found = read(`marshrut.kept:${keyOf(element)}`);
  if (!found || found.reader !== reader()) return { pairs: [], stale: false };
  const present = typed(element);
  const pairs = found.fields.flatMap(([name, type, value], at) => {
    const control = present[at];
    return control?.name === name && control.type === type && differs(control, value) ? [[control, value]] : [];
  });
  return { pairs, stale: found.version !== versionOf(element) };
}

export function putBack(pairs) {
  for (const [control, value] of pairs) set(control, value);
}

/** Whether something was typed before the modules of the page were there. */
export function begun(element) {
  return typed(element).some((control) =>
    control.type === "checkbox" || control.type === "radio"
      ? control.checked !== control.defaultChecked
      : "defaultValue" in control && control.value !== control.defaultValue,
  );
}

export function isText(control) {
  return !["checkbox", "radio", "select-one", "select-multiple"].includes(control.type);
}

function versionOf(element) {
  return element.querySelector("[data-autosave-version]")?.value ?? "";
}

function typed(element) {
  return controls(element).filter((control) => !["hidden", "password", "submit", "button"].includes(control.type));
}

function valueOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked;
  if (control.type === "select-multiple") return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

function differs(control, value) {
  return JSON.stringify(valueOf(control)) !== JSON.stringify(value);
}

function set(control, value) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = value;
  else if (control.type === "select-multiple") for (const option of control.options) option.selected = value.includes(option.value);
  else control.value = value;
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
