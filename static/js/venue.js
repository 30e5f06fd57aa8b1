// <select data-venue-facts>: when a venue is chosen, what is known of it is filled in: in the open air or not, and its accessibility.
// The facts are JSON in #venue-facts: {"5": {"outdoor": true, "accessibility": "…"}}. What the author wrote himself stays.
// `facts_of` names the venue whose facts stand in the form, so that the server fills in only where this module did not.

export function start() {
  const facts = JSON.parse(document.getElementById("venue-facts").textContent);
  for (const select of document.querySelectorAll("[data-venue-facts]")) {
    const { outdoor, accessibility, facts_of: of } = select.form.elements;
    const fillIn = () => {
      const before = facts[of.value]?.accessibility ?? "";
      const known = facts[select.value];
      of.value = select.value;
      if (!known) return;
      outdoor.checked = known.outdoor;
      if (["", before].includes(accessibility.value)) accessibility.value = known.accessibility;
      outdoor.dispatchEvent(new Event("change", { bubbles: true }));
    };
    select.addEventListener("change", fillIn);
    if (select.value !== of.value) fillIn(); // chosen before this module had come
  }
}
