"""What a browser with an empty cache downloads to show a page: bytes on the wire (headers included) and requests, beside the page itself.

    python -m benchmarks.first_view --requests 2000 --database sqlite

The browser is a real one at the width of a phone, so what scripts load counts too.
"""

import os
import shutil
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession, sync_playwright

from benchmarks.pages import AUTHOR, EVERYWHERE, MANY, first_open
from benchmarks.results import Case, arguments, report
from benchmarks.serving import Served, Session, stage
from benchmarks.volume import Volume

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")


@dataclass
class Download:
    """What came over the wire for one page: bytes by the kind of file, as the browser calls it."""

    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def follow(self, session: CDPSession) -> None:
        """Note every answer of the window."""
        session.on("Network.responseReceived", lambda told: self.kinds.update({told["requestId"]: told["type"]}))
        session.on("Network.loadingFinished", lambda told: self.sizes.update({told["requestId"]: int(told["encodedDataLength"])}))

    def bytes_of(self, *kinds: str) -> int:
        """The bytes of files of these kinds; of all without any."""
        return sum(size for name, size in self.sizes.items() if not kinds or self.kinds.get(name) in kinds)


def main() -> None:
    """Pages of the public and of the staff, each in a window of its own."""
    chosen = arguments(__doc__ or "")
    with stage(chosen.database, chosen.folder) as made, sync_playwright() as playwright:
        url = made.database(Volume(chosen.requests))
        served = made.serve(url, server=chosen.server)
        people = {login: served.sign_in(login) for login in (MANY, EVERYWHERE, AUTHOR)}
        program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        if program is None:
            raise SystemExit(f"No browser: install one (apt-get install {BROWSERS[0]})")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        pages = (
            ("programme", "/", None), ("event", _first_event(served), None), ("sign-in", "/sign-in", None), ("desk", "/desk", MANY),
            ("list", "/requests/", EVERYWHERE), ("review", f"/reviews/{first_open(url)}", MANY),
            ("new request", "/requests/new", AUTHOR),
        )  # fmt: skip
        report([_case(name, _download(browser, served, path, people[login] if login else None)) for name, path, login in pages])
        browser.close()


def _case(name: str, got: Download) -> Case:
    """One page beside its own HTML."""
    case = Case(f"first view: {name}", "kB")
    case.measured, case.reference = [got.bytes_of() / 1000], [got.bytes_of("Document") / 1000]
    case.note = (
        f"{len(got.sizes)} requests; styles {got.bytes_of('Stylesheet')}, scripts {got.bytes_of('Script')}; the reference is the page alone"
    )
    return case


def _download(browser: Browser, served: Served, path: str, session: Session | None) -> Download:
    """Open the page in a window that has seen nothing yet."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="ru-RU")
    if session:
        name, _, value = session.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": served.url("/")}])
    window = context.new_page()
    got = Download()
    devtools = context.new_cdp_session(window)
    devtools.send("Network.enable")
    got.follow(devtools)
    answer = window.goto(served.url(path), wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200, f"{path}: {answer.status}"
    context.close()
    return got


def _first_event(served: Served) -> str:
    """The address of the first event of the programme."""
    _, _, body = served.get("/")
    start = body.index(b'href="/events/') + len('href="')
    return body[start : body.index(b'"', start)].decode()


if __name__ == "__main__":
    main()
