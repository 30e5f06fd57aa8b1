// <div data-shown-when="outdoor"> or data-shown-when="format=online mixed": fields that apply only sometimes.
// Shown while the control of that name is ticked, or has one of the values («venue_id=» is «nothing chosen»). A part in which something is
// filled in or wrong stays: nothing typed is hidden, and [data-left-out] in it says that it will not be submitted. Without this module
// all parts are shown, and their hints say when they apply.

export function start() {
  for (const part of document.querySelectorAll("[data-shown-when]")) {
    const form = part.closest("form");
    const [name, values] = part.dataset.shownWhen.split("=");
    const told = part.querySelector(":scope > [data-left-out]");
    const update = () => {
      const applies = holds(form.elements[name], values?.split(" "));
      part.hidden = !applies && !filled(part);
      if (told) told.hidden = applies || part.hidden;
    };
    form.addEventListener("change", update);
    update();
  }
}

function holds(control, wanted) {
  if (!control) return true;
  return wanted ? wanted.includes(control.value) : control.checked;
}

export function filled(part) {
  if (part.querySelector("[aria-invalid]")) return true;
  return [...part.querySelectorAll("input, textarea, select")].some((control) => control.type !== "checkbox" && control.value);
}
