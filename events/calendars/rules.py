"""What the public is told of one date, decided from what the office knows; pure, so that each case is one line of a test."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events.calendars.vocabulary import PublicationStatus
from events.foundation import names
from events.requests.vocabulary import IN_FORCE, OccurrenceMark, RequestStatus

FORM = 4
"""Raised with every change of what an entry says of the same publication: what is stored is known by it to be out of date."""


@dataclass(frozen=True)
class Life:
    """What the office says of the whole event. `public` None: no approved revision to ask."""

    status: RequestStatus
    public: bool | None
    postponing: bool
    ended_at: datetime | None
    end_reason: str


@dataclass(frozen=True)
class Planned:
    """One date of the approved revision."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Fate:
    """One date cancelled or put off alone."""

    mark: OccurrenceMark
    reason: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """What the public is told of one date: as it stands published, or as it should."""

    status: PublicationStatus
    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None = None
    notice: str = ""
    changed_on: datetime | None = None
    postponing: bool = False


def tell(life: Life, planned: Planned | None, fate: Fate | None, told: Told | None, now: datetime) -> Told | None:
    """What the public should be told now. None: nothing, and nothing ever was.

    1. Never published: only a public date of an approved event without a mark becomes public.
    2. No longer public: withdrawn.
    3. What has taken place as announced stays as it was; a date everybody had been warned off did not take place.
    4. Taken out by an amendment or cancelled alone: the entry keeps its time, and what was said then is said whatever becomes of the rest.
    5. Cancelled whole, or put off alone: likewise with its time.
    6. Otherwise it stands, at a new time if the approved revision says so.
    """
    if told is None:
        return _first(life, planned, fate)
    if life.public is False:
        return _turned(told, PublicationStatus.WITHDRAWN, "", now)
    moves = planned is not None and planned.starts_at != told.starts_at
    if told.status is PublicationStatus.CONFIRMED and not told.postponing and told.ends_at <= now and not moves:
        return _standing(told)
    if planned is None and life.public:
        return _turned(told, PublicationStatus.CANCELLED, "", now)
    if fate and fate.mark is OccurrenceMark.CANCELLED:
        return _turned(told, PublicationStatus.CANCELLED, fate.reason, fate.at)
    if life.status is RequestStatus.CANCELLED or planned is None:
        return _turned(told, PublicationStatus.CANCELLED, life.end_reason, life.ended_at or now)
    if fate and not moves:
        return _turned(told, PublicationStatus.POSTPONED, fate.reason, fate.at)
    return _confirmed(life, planned, told, now)


def _first(life: Life, planned: Planned | None, fate: Fate | None) -> Told | None:
    """A date becomes public for the first time only while the request is in force."""
    if planned is None or fate is not None or not life.public or life.status not in IN_FORCE:
        return None
    warning = life.end_reason if life.postponing else ""
    return Told(PublicationStatus.CONFIRMED, planned.starts_at, planned.ends_at, notice=warning, postponing=life.postponing)


def _turned(told: Told, status: PublicationStatus, notice: str, when: datetime) -> Told:
    """Off the programme at its old time; said once, so a second look changes nothing."""
    if told.status is status and (told.notice == notice or not notice):
        return _standing(told)
    return Told(status, told.starts_at, told.ends_at, told.moved_from, notice, when)


def _standing(told: Told) -> Told:
    """As it was, without the warning of a move to come."""
    return Told(told.status, told.starts_at, told.ends_at, told.moved_from, told.notice, told.changed_on)


def _confirmed(life: Life, planned: Planned, told: Told, now: datetime) -> Told:
    """On the programme; «перенесено» is remembered with the time it was moved from, and the reason of a move to come until it is over."""
    if planned.starts_at != told.starts_at:
        return Told(PublicationStatus.CONFIRMED, planned.starts_at, planned.ends_at, told.starts_at, "", now)
    changed_on = told.changed_on if told.moved_from and told.status is PublicationStatus.CONFIRMED else None
    moved_from = told.moved_from if changed_on else None
    warning = life.end_reason if life.postponing else ""
    return Told(PublicationStatus.CONFIRMED, planned.starts_at, planned.ends_at, moved_from, warning, changed_on, life.postponing)


def made_for(base_url: str) -> str:
    """What entries are made for now: this form of them, and this address of the installation."""
    return f"{FORM} {base_url}"


def slug(title: str, request_id: int) -> str:
    """The event's address for good: its first title in Latin letters, and the request's id so that no two are alike."""
    return f"{names.slug(title) or 'event'}-{request_id}"


def address(street: str, link: str) -> str:
    """Where one comes and, last, where one watches."""
    return ", ".join(part for part in (street, link) if part)


def ways_in(of_venue: Iterable[str], own_words: str) -> str:
    """The venue's ways in and then the request's own words, into which the form has filled the venue's: each is said once."""
    said: dict[str, str] = {}
    for part in (*of_venue, *own_words.split(",")):
        said.setdefault(part.strip().casefold(), part.strip())
    return ", ".join(way for way in said.values() if way)


def street_and_link(address: str) -> tuple[str, str]:
    """What `address` was made of; either may be «»."""
    street, _, last = address.rpartition(" ")
    return (street.removesuffix(","), last) if last.startswith("https://") else (address, "")
