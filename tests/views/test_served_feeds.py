"""Feeds as a calendar program fetches them from the real server: all four kinds, and one that never held anything (calendar.md 5-13)."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from events.foundation import work
from tests.fixtures.publishing import publication
from tests.fixtures.requests import FIRST_START, an_occurrence
from tests.fixtures.serving import Served
from tests.fixtures.wire import Answer, ask

FETCHES = 32
"""On connections of their own: that one of the two workers got none of them happens once in two thousand million runs."""
ALL, EMPTY = "/calendar/all.ics", "/calendar/unit/dm.ics"
STALE = '"no-such-tag"'
ONCE = ("BEGIN:VCALENDAR", "END:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN", "BEGIN:VTIMEZONE", "TZID:Europe/Moscow")
NEVER = ("METHOD", "ATTENDEE", "BEGIN:VALARM", "RRULE")
IN_EACH = ("UID:", "DTSTAMP:", "DTSTART;", "DTEND;", "SUMMARY:", "SEQUENCE:", "STATUS:")


def complaints(answer: Answer, events: int) -> list[str]:
    """What a strict reader finds wrong with a feed of so many events."""
    lines, body = answer.body.split(b"\r\n"), answer.body.decode().replace("\r\n ", "").split("\r\n")
    told = {
        "status": answer.status == 200,
        "type": answer.headers.get("content-type") == "text/calendar; charset=utf-8",
        "a cookie": "set-cookie" not in answer.headers and "Cookie" not in answer.headers.get("vary", ""),
        "cache": answer.headers.get("cache-control") == "public, max-age=300, must-revalidate",
        "vary": answer.headers.get("vary") == "Accept-Encoding",
        "tag": answer.headers.get("etag", "").startswith('"'),
        "length": answer.headers.get("content-length") == str(len(answer.body)),
        "line ends": b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines) and lines[-1] == b"",
        "a long line": max(map(len, lines)) <= 75,
        "number of events": body.count("BEGIN:VEVENT") == body.count("END:VEVENT") == events,
        **{line: body.count(line) == 1 for line in (ONCE if events else ONCE[:4])},
        **{name: not any(line.startswith(name) for line in body) for name in NEVER},
        **{name: sum(line.startswith(name) for line in body) >= events for name in IN_EACH},
    }
    return [name for name, holds in told.items() if not holds]


def without_date(answer: Answer, *besides: str) -> dict[str, str]:
    """The headers but those that differ by the moment or are named."""
    return {name: value for name, value in answer.headers.items() if name not in {"date", "x-request-id", *besides}}


def test_all_kinds_of_feed_over_the_real_wire(serve: Callable[[], Served], a_published: Callable[..., int]) -> None:
    one = a_published(venue=None)
    a_published(venue=None, direction="family", occurrences=(an_occurrence(FIRST_START), an_occurrence(FIRST_START.replace(month=8))))
    slug = work.transaction(lambda: publication(one).slug, write=False)
    served = serve()
    feeds = {ALL: 3, "/calendar/unit/pmc.ics": 3, "/calendar/direction/leisure.ics": 1, f"/calendar/event/{slug}.ics": 1, EMPTY: 0}
    plain = {path: ask(served.url, path) for path in feeds}
    assert [(path, found) for path, answer in plain.items() if (found := complaints(answer, feeds[path]))] == []
    for path, answer in plain.items():
        check_revalidation(served, path, answer)
        check_forms(served, path, answer)
    check_same_from_every_worker(served, plain)


def check_revalidation(served: Served, path: str, whole: Answer) -> None:
    """304 without a body for the tag alone, in a list, weak, and for any; the body for a stale one; the date counts only without a tag."""
    tag = whole.headers["etag"]
    for held in (tag, f"{STALE}, {tag}", f"W/{tag}", f"W/{STALE},W/{tag}", "*"):
        answer = ask(served.url, path, If_None_Match=held)
        kept = {name: answer.headers.get(name) for name in ("etag", "cache-control", "vary")}
        assert (answer.status, answer.body, kept) == (304, b"", {name: whole.headers[name] for name in kept}), held
        assert "set-cookie" not in answer.headers
    changed = whole.headers.get("last-modified", "")
    assert ask(served.url, path, If_None_Match=STALE, If_Modified_Since=changed or "Mon, 01 Jan 2035 00:00:00 GMT").body == whole.body
    if path == EMPTY:
        assert changed == ""
    else:
        assert ask(served.url, path, If_Modified_Since=changed).status == 304


def check_forms(served: Served, path: str, whole: Answer) -> None:
    """Compressed, by HEAD, for a browser with somebody's cookie: the same feed; no other method."""
    packed = ask(served.url, path, Accept_Encoding="gzip, deflate, br")
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", whole.body)
    assert packed.headers["etag"] == f"W/{whole.headers['etag']}"
    assert ask(served.url, path, Accept_Encoding="gzip", If_None_Match=packed.headers["etag"]).status == 304
    head = ask(served.url, path, "HEAD")
    assert (head.status, head.body, without_date(head)) == (200, b"", without_date(whole))
    browser = ask(served.url, path, Accept="text/html", Cookie="marshrut=somebody")
    assert (browser.body, without_date(browser)) == (whole.body, without_date(whole))
    refused = ask(served.url, path, "POST", "")
    assert (refused.status, sorted(refused.headers["allow"].split(", "))) == (405, ["GET", "HEAD"])


def check_same_from_every_worker(served: Served, plain: dict[str, Answer]) -> None:
    """Bytes and headers are those of every worker, and of the workers after a restart."""
    for restart in (False, True):
        if restart:
            served.kill()
            served.start()
        for path, whole in plain.items():
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda _, path=path: ask(served.url, path), range(FETCHES)))
            assert {answer.body for answer in answers} == {whole.body}
            assert [one for one in answers if without_date(one) != without_date(whole)] == []
