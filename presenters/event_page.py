"""What an event's page says besides its own text: what has changed, for whom it is, its dates, and the same in words of schema.org."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.calendars import rules
from events.calendars.models import Publication
from events.foundation import phones
from events.foundation.place import local, local_day
from events.foundation.text import N_, Phrase
from events.requests.vocabulary import Format
from presenters.event_card import flag_words, is_on
from presenters.facts import Way, dialled
from presenters.moments import short_day_time
from presenters.tables.publications import DATE_STATES, DateState, date_state

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What has become of a date, or of all of them, and why."""

    tone: str
    sentence: Phrase
    reason: str


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date of a series. `uid` names its calendar entry; it is empty for a date that will not be held at this time.

    `notice` says what has become of it where the others fared otherwise; `flag` says it in two words.
    """

    starts: datetime
    ends: datetime
    place: str
    slug: str
    uid: str
    flag: Phrase | None = None
    notice: Notice | None = None
    off: bool = False


@dataclass(frozen=True, slots=True)
class EventPage:
    """The date the page is about, with everything said of the event around it."""

    shown: Publication
    street: str
    """Where one comes; empty when there is no such place."""
    broadcast: str
    """Where one watches; empty when it is not shown anywhere."""
    audience: Phrase | None
    contacts: tuple[Way, ...]
    notice: Notice | None
    """What befell every date alike; it stands above the title."""
    over: bool
    on: bool
    uid: str
    """The calendar entry of the only date one can still come to; empty when there are several, and they are taken together."""
    ahead: tuple[DateLine, ...]


def event_page(dates: Sequence[Publication], now: datetime) -> EventPage:
    """The page of an event with these dates, at least one of them public."""
    shown = _main_date(dates, now)
    waiting = [one for one in dates if one.ends_at > now or _waits(one)]
    alike = _alike(waiting)
    street, broadcast = _street_and_broadcast(shown)
    return EventPage(
        shown=shown,
        street=street,
        broadcast=broadcast,
        audience=_audience(shown),
        contacts=_contacts(shown),
        notice=_notice(waiting[0]) if alike else None,
        over=not waiting,
        on=is_on(shown) and shown.ends_at > now,
        uid=_only_uid([one for one in dates if is_on(one) and one.ends_at > now]),
        ahead=tuple(_date_line(one, alike=alike) for one in waiting),
    )


def linked_data(one: Publication, address: str) -> Mapping[str, Json]:
    """The date in schema.org's words, for search engines."""
    street, broadcast = _street_and_broadcast(one)
    online: Mapping[str, Json] = {"@type": "VirtualLocation", "url": broadcast or address}
    place: Mapping[str, Json] = {"@type": "Place", "name": one.place, "address": street}
    where: Mapping[str, Json] = {"online": online, "mixed": [place, online]}
    mode = {"online": "Online", "mixed": "Mixed"}.get(one.format, "Offline")
    data: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": one.title,
        "description": one.short_desc,
        "url": address,
        "startDate": local(one.starts_at).isoformat(),
        "endDate": local(one.ends_at).isoformat(),
        "eventStatus": f"https://schema.org/{DATE_STATES[date_state(one)].schema}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": where.get(one.format, place),
        "organizer": {"@type": "Organization", "name": one.unit_name},
        "isAccessibleForFree": not one.price,
        "typicalAgeRange": f"{one.age_from}-{one.age_to}",
        "inLanguage": "ru",
    }
    if one.moved_from:
        data["previousStartDate"] = local(one.moved_from).isoformat()
    if one.price:
        data["offers"] = {"@type": "Offer", "price": one.price, "priceCurrency": "RUB"}
    return data


def _main_date(dates: Sequence[Publication], now: datetime) -> Publication:
    """The date the page is about: the next one that is on, else the next one, else the last one."""
    ahead = [one for one in dates if one.ends_at > now]
    return next((one for one in ahead if is_on(one)), ahead[0] if ahead else dates[-1])


def _waits(one: Publication) -> bool:
    """Whether the date was put off and waits for its new time: its old one going by does not make it over (cases.md 36)."""
    return date_state(one) in (DateState.PUT_OFF, DateState.BEING_MOVED)


def _audience(one: Publication) -> Phrase | None:
    """For whom, where the organiser has said so."""
    if not one.age_to:
        return None
    return N_("%(least)s–%(n)s year old", "%(least)s–%(n)s years old", n=one.age_to, least=one.age_from)


def _contacts(one: Publication) -> tuple[Way, ...]:
    """The organiser's number and address as one dials and writes to them."""
    known = ((phones.grouped(one.unit_phone), dialled(one.unit_phone)), (one.unit_email, f"mailto:{one.unit_email}"))
    return tuple(Way(words, url) for words, url in known if words)


def _alike(ahead: Sequence[Publication]) -> bool:
    """Whether one thing befell every date, on the same day and for the same reason; a move names its own times, so it is never common."""
    fates = {(date_state(one), local_day(one.changed_on) if one.changed_on else None, one.notice) for one in ahead}
    return len(ahead) == 1 or (len(fates) == 1 and ahead[0].moved_from is None)


def _notice(one: Publication) -> Notice | None:
    """What has become of the date, with the reason as it was given."""
    words = DATE_STATES[date_state(one)]
    if words.sentence is None:
        return None
    if date_state(one) is DateState.CANCELLED and one.changed_on is None:
        return Notice(words.tone, N_("Cancelled."), one.notice)
    values = {
        "day": local_day(one.changed_on) if one.changed_on else None,
        "before": short_day_time(one.moved_from) if one.moved_from else None,
        "after": short_day_time(one.starts_at),
    }
    return Notice(words.tone, replace(words.sentence, params=values), one.notice)


def _only_uid(held: Sequence[Publication]) -> str:
    return held[0].uid if len(held) == 1 else ""


def _date_line(one: Publication, *, alike: bool) -> DateLine:
    off = date_state(one) is DateState.CANCELLED
    notice = None if alike else _notice(one)
    return DateLine(one.starts_at, one.ends_at, one.place, one.slug, one.uid if is_on(one) else "", flag_words(one), notice, off)


def _street_and_broadcast(one: Publication) -> tuple[str, str]:
    """Where one comes and where one watches; either is «» when there is none."""
    return rules.street_and_link(one.address) if one.format != Format.OFFLINE else (one.address, "")
