// <form id="…" data-keep-typed>: the text that was sent is kept until a page other than an error answers, and put back when the form is opened
// again. Choices are not: a decision is never found already made.

export async function start(say, load) {
  const typed = await load("typed");
  for (const form of document.querySelectorAll("form[data-keep-typed][id]")) {
    const texts = typed.kept(form).pairs.filter(([control]) => typed.isText(control));
    if (texts.length) {
      typed.putBack(texts);
      form.prepend(told(say("restored")));
    }
    typed.forget(form);
    form.addEventListener("submit", () => typed.keep(form, "sent"));
  }
}

function told(text) {
  const note = document.createElement("p");
  note.className = "note note-info";
  note.setAttribute("role", "status");
  note.textContent = text;
  return note;
}
