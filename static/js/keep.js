// <form id="…" data-keep-typed>: what was sent is kept until a page other than an error answers, and put back when the form is opened again.

export async function start(say, load) {
  const typed = await load("typed");
  for (const form of document.querySelectorAll("form[data-keep-typed][id]")) {
    if (typed.putBack(form)) form.prepend(told(say("restored")));
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
