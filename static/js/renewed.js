// Keeps a part of the page true while something goes on elsewhere.
//   <div id="journal-check" data-renewed-url="/administration/journal/check"> … </div>
// Every few seconds the page is fetched anew and what stands inside the element takes the place of what stood there. When its new form has no
// such mark any more, it is over: the whole page is loaded, since its buttons change too. A failed answer leaves what stood there.

const PAUSE = 3000;

export function start() {
  for (const region of document.querySelectorAll("[data-renewed-url][id]")) later(region);
}

function later(region) {
  setTimeout(() => renew(region), PAUSE);
}

async function renew(region) {
  try {
    const response = await fetch(region.dataset.renewedUrl, { credentials: "same-origin" });
    if (response.ok && !response.redirected) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(region.id);
      if (fresh && !fresh.dataset.renewedUrl) {
        location.reload();
        return;
      }
      if (fresh) region.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // away for a moment: the next turn asks again
  }
  later(region);
}
