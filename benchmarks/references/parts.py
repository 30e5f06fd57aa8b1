"""What a plain decision of any build costs, by part: milliseconds from a sampled stack, calls of Python and statements counted apart.

Asked in process, past any test client: an environment goes in, an answer comes out. Reads what to decide from the standard input, as JSON:
`password`, and for each login `[[review, version], …]`. A part is told by the functions that begin it, the innermost on the stack.
"""

import io
import json
import re
import secrets
import signal
import sys
import time
from collections import Counter
from types import CodeType, FrameType
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine, event

import app as assembler

EDGE, SESSION, RECEIPT, FORM = "Flask, the edge, headers", "session, token of the form, sign-in, rights", "receipt of the form", "form"
READ, WRITTEN, MOVED = "request locked, review and round read", "decision written", "what follows of it"
LETTERS, AUDIT, NEXT, COMMIT = "letters and calendars", "audit", "the next review", "commit"
PARTS: dict[tuple[str, str], str] = {
    **{("views/people/accounts.py", one): SESSION for one in ("_signed_in",)},
    **{("flask/sessions.py", f"SecureCookieSessionInterface.{one}"): SESSION for one in ("open_session", "save_session")},
    **{("flask_wtf/csrf.py", one): SESSION for one in ("CSRFProtect.protect", "validate_csrf", "generate_csrf")},
    **{("views/access.py", one): SESSION for one in ("guard", "require_recent_proof", "refuse_foreign")},
    **{(name, one): RECEIPT for name in ("receipts/operations.py", "foundation/receipts.py") for one in ("accept", "settle")},
    ("views/reviews/page.py", "sent_form"): FORM, ("/approvals.py", "_form"): FORM,
    ("flask_wtf/form.py", "FlaskForm.validate_on_submit"): FORM,
    ("approvals/queries/deciding.py", "deciding"): READ, ("approvals/queries/turns.py", "turn"): READ,
    ("approvals/operations/decisions.py", "_locked_review"): READ, ("approvals/operations/decisions.py", "_refuse_foreign"): READ,
    ("approvals/operations/deciding.py", "_write"): WRITTEN, ("approvals/operations/deciding.py", "_write_alone"): WRITTEN,
    ("approvals/operations/decisions.py", "_settle"): WRITTEN,
    ("approvals/queries/deciding.py", "Deciding.after"): MOVED, ("approvals/lifecycle.py", "advance"): MOVED,
    ("approvals/lifecycle/course.py", "advance"): MOVED,
    ("outbox/operations/queueing.py", "cancel_about"): LETTERS, ("events/reminders/operations.py", "reconcile"): LETTERS,
    ("calendars/operations.py", "refresh"): LETTERS, ("calendars/operations/publishing.py", "refresh"): LETTERS,
    ("events/audit/operations.py", "record"): AUDIT, ("events/audit/operations.py", "seal"): AUDIT,
    ("views/reviews/decision.py", "_next_address"): NEXT, ("/approvals.py", "_next_address"): NEXT,
    ("sqlalchemy/orm/session.py", "Session.commit"): COMMIT,
}  # fmt: skip
"""By the end of a module's path and a function in it; whichever build has it."""
ORDER = (EDGE, SESSION, RECEIPT, FORM, READ, WRITTEN, MOVED, LETTERS, AUDIT, NEXT, COMMIT)
EVERY = 0.0005
"""Seconds between two looks at the stack."""
COUNTED = 20
"""Decisions of each person whose calls and statements are counted."""
_known: dict[CodeType, str | None] = {}


def part_of(code: CodeType) -> str | None:
    """The part this function begins."""
    if code not in _known:
        found = (part for (name, function), part in PARTS.items() if code.co_qualname == function and code.co_filename.endswith(name))
        _known[code] = next(found, None)
    return _known[code]


class Counting:
    """Calls and statements by the part that is at work."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.statements: Counter[str] = Counter()
        self.at_work = [EDGE]

    def note(self, frame: FrameType, what: str, _: Any) -> None:
        """One event of the interpreter."""
        if what == "return":
            if part_of(frame.f_code) is not None and len(self.at_work) > 1:
                self.at_work.pop()
        elif what in {"call", "c_call"}:
            if what == "call" and (part := part_of(frame.f_code)) is not None:
                self.at_work.append(part)
            self.calls[self.at_work[-1]] += 1

    def statement(self, *_: Any) -> None:
        """One statement."""
        self.statements[self.at_work[-1]] += 1


def main() -> None:
    """First by the clock, undisturbed; then counted."""
    given = json.load(sys.stdin)
    product = assembler.create_app()
    queues = {login: iter(reviews) for login, reviews in given["people"].items()}
    people = {login: _sign_in(product, login, given["password"]) for login in queues}
    clocked = {login: [next(queue) for _ in range(given["clocked"])] for login, queue in queues.items()}
    warm = {login: [next(queue) for _ in range(COUNTED)] for login, queue in queues.items()}
    for login in people:
        for review in warm[login]:
            _decide(product, *people[login], review)
    spent, sampled = _clocked(product, people, clocked)
    counting = Counting()
    event.listen(Engine, "before_cursor_execute", counting.statement)
    count = COUNTED * len(people)
    for login in people:
        for _ in range(COUNTED):
            environment = _environment(*people[login], next(queues[login]))
            sys.setprofile(counting.note)
            _answer(product, environment)
            sys.setprofile(None)
            counting.at_work = [EDGE]
    looks = sum(sampled.values())
    parts = {part: [spent * sampled[part] / looks, counting.calls[part] / count, counting.statements[part] / count] for part in ORDER}
    print(json.dumps({"ms": spent, "parts": parts}))


def _clocked(product: Flask, people: dict[str, tuple[str, str]], reviews: dict[str, Any]) -> tuple[float, Counter[str]]:
    """Milliseconds of one decision, and how often each part was found at work."""
    sampled: Counter[str] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        while frame is not None:
            if (part := part_of(frame.f_code)) is not None:
                sampled[part] += 1
                return
            frame = frame.f_back
        sampled[EDGE] += 1

    spent, count = 0.0, 0
    signal.signal(signal.SIGALRM, look)
    for turn in zip(*reviews.values(), strict=True):
        for login, review in zip(people, turn, strict=True):
            environment = _environment(*people[login], review)
            signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
            begun = time.perf_counter()
            _answer(product, environment)
            spent += time.perf_counter() - begun
            signal.setitimer(signal.ITIMER_REAL, 0)
            count += 1
    return 1000 * spent / count, sampled


def _decide(product: Flask, cookie: str, token: str, review: list[int]) -> None:
    """One approval, taken."""
    _answer(product, _environment(cookie, token, review))


def _environment(cookie: str, token: str, review: list[int]) -> dict[str, Any]:
    """What a server would hand over for the page's form."""
    fields = {"csrf_token": token, "nonce": secrets.token_urlsafe(16), "verdict": "approve", "comment": ""}
    body = urlencode(fields | {"version": str(review[1]), "revision_no": "1"}).encode()
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/reviews/{review[0]}", "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1:8000", "HTTP_COOKIE": cookie,
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": False,
        "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.version": (1, 0),
    }  # fmt: skip


def _answer(product: Flask, environment: dict[str, Any]) -> None:
    """The decision is taken: the browser is led on."""
    said: list[str] = []
    body = product.wsgi_app(environment, lambda status, _headers, _error=None: said.append(status))  # type: ignore[arg-type]
    b"".join(body)
    getattr(body, "close", lambda: None)()
    assert said[0].startswith("303"), said


def _sign_in(product: Flask, login: str, password: str) -> tuple[str, str]:
    """By the page: the cookie and the token of forms."""
    client = product.test_client()
    token = _token(client.get("/sign-in").get_data(as_text=True))
    answer = client.post("/sign-in", data={"csrf_token": token, "email": f"{login}@demo.example", "password": password})
    assert answer.status_code == 303, f"{login} cannot sign in: {answer.status_code}"
    page = client.get("/requests/")
    cookie = client.get_cookie("marshrut")
    assert cookie is not None
    return f"marshrut={cookie.value}", _token(page.get_data(as_text=True))


def _token(page: str) -> str:
    """The token of the page's forms."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


if __name__ == "__main__":
    main()
