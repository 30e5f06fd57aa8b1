"""One occurrence as the bytes of a VEVENT (RFC 5545, RFC 7986)."""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from icalendar import Event

from events.calendars.ical import description
from events.calendars.ical.texts import lines, one_line, plain_name
from events.calendars.vocabulary import PublicationStatus
from events.foundation.link import LONGEST_LINK
from events.foundation.place import local, local_day

MAX_ADDRESS = len("%F0%9F%8E%AD") * LONGEST_LINK
"""As long as a link that people typed may become, with every letter percent-encoded: what the form takes is never left out here."""

CANCELLED_PREFIX = "ОТМЕНЕНО: "
POSTPONED_PREFIX = "ПЕРЕНЕСЕНО, дата уточняется: "
WITHDRAWN_TITLE = "ОТМЕНЕНО: мероприятие снято с афиши"

STATUSES: Mapping[PublicationStatus, str] = {
    PublicationStatus.CONFIRMED: "CONFIRMED",
    PublicationStatus.POSTPONED: "TENTATIVE",
    PublicationStatus.CANCELLED: "CANCELLED",
    PublicationStatus.WITHDRAWN: "CANCELLED",
}
"""What is put off has not been cancelled: Google drops cancelled entries (calendar.md 6)."""
_FREE, _BUSY, _HELD = b"\r\nTRANSP:TRANSPARENT\r\n", b"\r\nTRANSP:OPAQUE\r\n", b"\r\nSTATUS:CONFIRMED\r\n"

ZONE_SINCE = date(2015, 1, 1)
"""The feed's only VTIMEZONE is a single +0300, true in Moscow since 26.10.2014; earlier events are refused."""
_UID = re.compile(r"[A-Za-z0-9@._:+-]{1,255}")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0]")
_ADDRESS_KEPT = "%/:=&?~#+!$,;'@()*[]"
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
_PARAMETER_SAFE = str.maketrans({"\\": "/", '"': "'", "^": None})
"""In a parameter clients read a backslash and the carets of RFC 6868 each in their own way, so none is written."""

Property = tuple[str, Any, Mapping[str, str] | None]
"""Name, value and parameters of one property, as the library's `add` takes them."""


class Unrenderable(ValueError):
    """This cannot be shown in a calendar; the message says why, for the log. The feed goes on without it."""


@dataclass(frozen=True)
class Entry:
    """One published occurrence as calendars show it. Moments are aware; fractions of a second are dropped.

    An all-day entry covers every Moscow day it touches: `ends` may be the midnight after the last day or any moment of it.
    """

    uid: str
    sequence: int
    created: datetime
    last_modified: datetime
    status: PublicationStatus
    starts: datetime
    ends: datetime
    title: str
    description: str
    place: str
    url: str
    age_mark: str
    categories: tuple[str, ...]
    lat: float | None
    lon: float | None
    organizer_name: str | None
    organizer_email: str | None
    all_day: bool = False
    related: tuple[str, ...] = ()
    """UIDs of other occurrences of the same series. Each is exported: a change here is a visible change of this entry."""
    image: str | None = None
    reason: str = ""
    """Why it was cancelled or put off."""
    price: str = ""
    """As a publication keeps it: «» when free."""
    bring: str = ""
    registration_url: str = ""


def render(entry: Entry) -> bytes:
    """The VEVENT of the entry, from BEGIN to END with CRLF; equal entries give equal bytes. Raises Unrenderable."""
    try:
        event = Event()
        for name, value, parameters in (*_revision(entry), *_exported(entry)):
            event.add(name, value, dict(parameters or {}))
        vevent: bytes = event.to_ical()
    except (ValueError, TypeError, OverflowError) as error:
        raise _unrenderable(error) from error
    return vevent


def busy(vevent: bytes) -> bytes:
    """A stored VEVENT for one who means to come: OPAQUE, if it is held. Feeds leave everybody free (calendar.md 6).

    Line ends of a value are escaped and its folded lines begin with a blank, so the lines looked for can only be these properties.
    """
    return vevent.replace(_FREE, _BUSY) if _HELD in vevent else vevent


def visible(entry: Entry) -> str:
    """A fingerprint of what subscribers see: it changes exactly when SEQUENCE must grow. Raises Unrenderable.

    The revision itself (SEQUENCE, CREATED, LAST-MODIFIED) stays out of it, and so does what cleaning takes away.
    """
    try:
        shown = repr([(name, str(value), sorted((parameters or {}).items())) for name, value, parameters in _exported(entry)])
    except (ValueError, TypeError, OverflowError) as error:
        raise _unrenderable(error) from error
    return hashlib.sha256(shown.encode()).hexdigest()


def _unrenderable(error: Exception) -> Unrenderable:
    return error if isinstance(error, Unrenderable) else Unrenderable(f"{type(error).__name__}: {error}")


def _revision(entry: Entry) -> Iterator[Property]:
    """DTSTAMP is the last published change and never now: otherwise every poll would be a new body."""
    if not 0 <= entry.sequence < 2**31:
        raise Unrenderable(f"SEQUENCE {entry.sequence} is out of range")
    changed = _moment(entry.last_modified)
    yield "dtstamp", changed, None
    yield "last-modified", changed, None
    yield "created", _moment(entry.created), None
    yield "sequence", entry.sequence, None


def _exported(entry: Entry) -> Iterator[Property]:
    """Every property a subscriber sees, cleaned; a withdrawn entry keeps only its identity and time."""
    starts, ends = _schedule(entry)
    yield "uid", _uid(entry.uid), None
    yield "dtstart", starts, None
    yield "dtend", ends, None
    yield "summary", _summary(entry), None
    yield "status", STATUSES[entry.status], None
    yield "transp", "TRANSPARENT", None
    yield "class", "PUBLIC", None
    if entry.status is not PublicationStatus.WITHDRAWN:
        yield from _details(entry)


def _details(entry: Entry) -> Iterator[Property]:
    """What describes the event; a property without a value is left out."""
    url = _address(entry.url)
    yield "url", url, None
    yield "description", _description(entry, url), None
    if place := one_line(entry.place):
        yield "location", place, None
    if categories := [word for word in map(plain_name, entry.categories) if word]:
        yield "categories", categories, None
    if entry.lat is not None and entry.lon is not None:
        yield "geo", (_degrees(entry.lat, 90), _degrees(entry.lon, 180)), None
    if entry.image:
        yield "image", _address(entry.image), {"VALUE": "URI"}
    if entry.organizer_email:
        name = one_line((entry.organizer_name or "").translate(_PARAMETER_SAFE))
        yield "organizer", f"mailto:{_mailbox(entry.organizer_email)}", {"CN": name} if name else None
    for uid in sorted(set(entry.related)):
        yield "related-to", _uid(uid), {"RELTYPE": "SIBLING"}


def _schedule(entry: Entry) -> tuple[date, date]:
    """DTSTART and the exclusive DTEND: Moscow local times, or Moscow days of an all-day entry."""
    starts, ends = _moment(entry.starts), _moment(entry.ends)
    if ends <= starts:
        raise Unrenderable("the end is not later than the start")
    if local_day(starts) < ZONE_SINCE:
        raise Unrenderable(f"the start is before {ZONE_SINCE}")
    if entry.all_day:
        return local_day(starts), local_day(ends - timedelta(seconds=1)) + timedelta(days=1)
    return local(starts), local(ends)


def _moment(moment: datetime) -> datetime:
    """The moment in UTC and whole seconds. A naive one would float from zone to zone in clients, so it is refused."""
    if moment.utcoffset() is None:
        raise Unrenderable("a moment has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _uid(uid: str) -> str:
    """An identity is taken as it is or refused: cleaning it would make another event of it."""
    if not _UID.fullmatch(uid):
        raise Unrenderable(f"not a UID: {uid[:40]!a}")
    return uid


def _summary(entry: Entry) -> str:
    if entry.status is PublicationStatus.WITHDRAWN:
        return WITHDRAWN_TITLE
    title = one_line(entry.title)
    if not title:
        raise Unrenderable("the title is empty")
    prefixes = {PublicationStatus.CANCELLED: CANCELLED_PREFIX, PublicationStatus.POSTPONED: POSTPONED_PREFIX}
    return prefixes.get(entry.status, "") + title


def _description(entry: Entry, url: str) -> str:
    """Why it is off, the age mark, the text, what it costs and what it takes, the address. Nobody is sent to sign up for what is off."""
    held = entry.status is PublicationStatus.CONFIRMED
    signing_up = _openable(entry.registration_url) if held else ""
    return description.paragraphs(
        head=(description.reason(entry.status, one_line(entry.reason)), one_line(entry.age_mark)),
        text=lines(entry.description),
        facts=(
            description.price(entry.price),
            description.bring(one_line(entry.bring)),
            description.registration(signing_up),
        ),
        url=url,
    )


def _openable(url: str) -> str:
    """The address, or «» for one nobody can open: the event is shown without it."""
    try:
        return _address(url) if url else ""
    except ValueError:
        return ""


def _address(url: str) -> str:
    """An absolute http(s) address in ASCII: a Cyrillic host as punycode, other letters percent-encoded (RFC 3986)."""
    parts = urlsplit(url)
    if _UNSAFE_IN_ADDRESS.search(url) or len(url) > MAX_ADDRESS:
        raise Unrenderable(f"an address has blanks or is too long: {url[:40]!a}")
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise Unrenderable(f"not an http(s) address: {url[:40]!a}")
    netloc = parts.netloc if parts.netloc.isascii() else _ascii_host(parts.hostname) + (f":{parts.port}" if parts.port else "")
    address = quote(urlunsplit(parts._replace(netloc=netloc)), safe=_ADDRESS_KEPT)
    if len(address) > MAX_ADDRESS:
        raise Unrenderable(f"an address is too long: {url[:40]!a}")
    return address


def _mailbox(email: str) -> str:
    """A bare mailbox in ASCII, with nothing in it that could begin another property or another address."""
    name, _, host = email.partition("@")
    mailbox = f"{name}@{_ascii_host(host)}"
    if not _MAILBOX.fullmatch(mailbox):
        raise Unrenderable(f"not an e-mail address: {email[:40]!a}")
    return mailbox


def _ascii_host(host: str) -> str:
    return host.encode("idna").decode("ascii")


def _degrees(value: float, limit: int) -> float:
    """Degrees with six digits (RFC 5545, 3.8.1.6); what Python would write with an exponent is zero."""
    if not math.isfinite(value) or abs(value) > limit:
        raise Unrenderable(f"not a coordinate: {value}")
    return 0.0 if abs(value) < 0.0001 else round(float(value), 6)
