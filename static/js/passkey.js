// <form data-passkey="get" data-passkey-options="/…" hidden> with a field `answer`: on sending, what is to be asked is fetched, the browser
// asks its owner (WebAuthn), and the form goes on its way with the answer. `create` makes a passkey. Where the browser knows none, the form
// of `get` stays hidden. The server reads and writes bytes as base64url.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

export function start(say) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      if (form.elements.name instanceof HTMLInputElement && !form.elements.name.value.trim()) return; // the server says what is missing
      event.preventDefault();
      ask(form, say);
    });
  }
}

async function ask(form, say) {
  const told = form.querySelector("[data-passkey-told]");
  told.textContent = say("passkey_waits");
  try {
    const credential = form.dataset.passkey === "create" ? await create(await options(form)) : await get(await options(form));
    form.elements.answer.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    told.textContent = say(error.name === "InvalidStateError" ? "passkey_known" : "passkey_given_up");
  }
}

async function options(form) {
  const sent = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, purpose: form.elements.purpose?.value ?? "" });
  const answer = await fetch(form.dataset.passkeyOptions, { method: "POST", body: sent, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create(told) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...told,
      challenge: bytes(told.challenge),
      user: { ...told.user, id: bytes(told.user.id) },
      excludeCredentials: known(told.excludeCredentials),
    },
  });
  return said(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function get(told) {
  const shown = await navigator.credentials.get({
    publicKey: { ...told, challenge: bytes(told.challenge), allowCredentials: known(told.allowCredentials) },
  });
  return said(shown, {
    authenticatorData: text(shown.response.authenticatorData),
    signature: text(shown.response.signature),
    userHandle: shown.response.userHandle?.byteLength ? text(shown.response.userHandle) : null,
  });
}

function said(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: { ...response, clientDataJSON: text(credential.response.clientDataJSON) },
  };
}
