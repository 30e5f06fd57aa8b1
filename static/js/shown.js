// <div data-shown-when="outdoor"> or data-shown-when="format=online mixed": fields that apply only sometimes.
// Shown while the control of that name is ticked, or has one of the values («venue_id=» is «nothing chosen»); of several conditions parted
// by «|» one is enough. A part in which something is filled in or wrong stays, and one with data-stays always: nothing typed is hidden, and
// [data-left-out] in it says that it will not be submitted. Without this module all parts are shown, and their hints say when they apply.

export function start() {
  for (const part of document.querySelectorAll("[data-shown-when]")) {
    const form = part.closest("form");
    const conditions = part.dataset.shownWhen.split("|").map((one) => one.split("="));
    const told = part.querySelector(":scope > [data-left-out]");
    const update = () => {
      const applies = conditions.some(([name, values]) => holds(form.elements[name], values?.split(" ")));
      part.hidden = !applies && !filled(part) && !("stays" in part.dataset);
      if (told) told.hidden = applies || !filled(part);
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
