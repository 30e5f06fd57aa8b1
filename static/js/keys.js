// Keyboard shortcuts by the place of the key (event.code), so they work under the Russian layout.
//   data-key="KeyN" | "ctrl+KeyS" | "alt+ArrowRight"    on a link, button or field
//   data-key-label="Новая заявка"                        what the list under «?» says; else the element's own words
//   data-key-focus                                       bring the focus there and do nothing more (a decision is never taken by one key)
//   data-key-rows on a list, data-key-row on its links   J and K walk them; Enter is the link's own
// Plain letters are off while one types and can be switched off for good (WCAG 2.1.4); Ctrl and Alt shortcuts work in fields too, but Alt
// with an arrow does not, for there it moves by words.
// Escape leaves a field that a key led to, with what was typed in it, and goes back to where one came from.

const SWITCH = "marshrut.keys";
const NAMES = { Slash: "/", Enter: "Enter", ArrowRight: "→", ArrowLeft: "←", ctrl: "Ctrl", alt: "Alt", shift: "Shift" };

export function start() {
  const marked = [...document.querySelectorAll("[data-key]")];
  let before = null;
  const panel = document.querySelector("[data-keys]");
  if (panel) fillPanel(panel, marked);
  document.addEventListener("keydown", (event) => {
    const pressed = chord(event);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.defaultPrevented || event.isComposing) return;
    if (pressed === "Escape" && plain && typing(event.target) && "key" in event.target.dataset) {
      event.preventDefault();
      event.target.blur();
      before?.focus();
      return;
    }
    if (plain && (typing(event.target) || !switchedOn())) return;
    if (event.altKey && typing(event.target)) return;
    if (plain && panel && (event.key === "?" || pressed === "shift+Slash")) {
      event.preventDefault();
      openPanel(panel);
      return;
    }
    if (pressed === "KeyJ" || pressed === "KeyK") {
      if (walk(pressed === "KeyJ" ? 1 : -1)) event.preventDefault();
      return;
    }
    const target = marked.find((element) => element.dataset.key === pressed && element.isConnected && !element.disabled && within(element));
    if (target) {
      event.preventDefault();
      before = document.activeElement;
      act(target);
    }
  });
}

// In sight, or in a fold that is opened for it: the bar has a line to type in where there is room, else a link to the page with one.
function within(element) {
  return element.checkVisibility?.() !== false || Boolean(element.closest("details:not([open])"));
}

function chord(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey) parts.push("shift");
  return [...parts, event.code === "NumpadEnter" ? "Enter" : event.code].join("+");
}

function typing(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
}

// What stands in the bar is in sight wherever the page is, so the page stays where one reads; elsewhere one is brought to it.
function act(element) {
  const inSight = Boolean(element.closest(".action-bar"));
  if (!inSight) element.scrollIntoView({ block: "nearest" });
  const closed = element.closest("details:not([open])");
  if (closed) closed.open = true;
  if ("keyFocus" in element.dataset || element.matches("input:not([type=submit]), textarea, select")) {
    element.focus({ preventScroll: inSight });
  } else {
    element.click();
  }
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-key-rows] [data-key-row]")];
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
  return true;
}

function fillPanel(panel, marked) {
  const list = panel.querySelector("[data-keys-list]");
  if (document.querySelector("[data-key-row]")) list.append(line(["J", "K"], panel.dataset.keysRows));
  for (const element of marked.filter(within)) {
    const item = line([written(element.dataset.key)], element.dataset.keyLabel || element.textContent.trim());
    item.lang = element.closest("[lang]").lang;
    list.append(item);
  }
  const box = panel.querySelector("[data-keys-switch]");
  box.checked = switchedOn();
  box.addEventListener("change", () => remember(box.checked));
  panel.hidden = false;
}

function line(keys, label) {
  const item = document.createElement("li");
  for (const key of keys) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    item.append(cap, " ");
  }
  item.append(label ?? "");
  return item;
}

function written(keys) {
  return keys
    .split("+")
    .map((part) => NAMES[part] ?? part.replace(/^(Key|Digit)/, ""))
    .join(" + ");
}

function openPanel(panel) {
  panel.open = true;
  panel.scrollIntoView({ block: "end" });
  panel.querySelector("summary").focus();
}

function switchedOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true; // storage is forbidden: the choice lasts as long as the page
  }
}

function remember(on) {
  try {
    localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // storage is forbidden: nothing to keep the choice in
  }
}
