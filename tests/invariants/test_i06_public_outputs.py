"""I6: every public address shows an event exactly when its publication says so, and a change shows at the very next request.

The addresses are the application's own routes: a new public route fails here until it is said what it tells of which event.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from events.approvals import operations
from events.approvals.vocabulary import Verdict
from events.calendars import rules
from events.calendars.models import Publication
from events.calendars.vocabulary import PublicationStatus
from events.foundation.db import db
from events.requests.fields import FIELDS, BudgetLine, CoOrganizer
from events.requests.models import EventRequest
from events.requests.sections import EMPTY
from events.requests.vocabulary import BudgetSource, Format, Registration, RequestStatus
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.public import Told, told
from tests.fixtures.publishing import amend, approve, publications
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
CONFIRMED, CANCELLED, POSTPONED, WITHDRAWN = (
    PublicationStatus.CONFIRMED, PublicationStatus.CANCELLED, PublicationStatus.POSTPONED, PublicationStatus.WITHDRAWN,
)  # fmt: skip
TITLE = "{}: прогулка по набережной"
KNOWN = {"key": ["pmc", "dm"], "code": ["leisure", "career"], "token": ["no-such-token"], "filename": ["mark.svg"], "names": ["tokens"]}
SILENT = {
    "static", "styles.joined", "feeds.favicon", "feeds.robots", "guides.visitors", "health.alive", "health.metrics", "health.ready",
    "people.change_password", "people.forgotten", "people.forgotten_sent", "people.new_password", "people.open_reset",
    "people.open_set_up", "people.set_up", "people.second_step", "people.sign_in", "people.sign_in_again",
    "people.open_sign_in_link", "people.sign_in_link", "people.openid", "people.openid_back", "people.openid_leave",
}  # fmt: skip
"""Endpoints that tell of no event whatever happens."""
ECHOED = {"programme.programme": r'value="[^"]*"', "feeds.event": r"\n(X-WR-CALNAME|NAME):[^\r]*"}
"""What is not told of an event: the question itself, and what one event's calendar is called (it has its own test below)."""
PROGRAMME: dict[str, Callable[["Event"], bool]] = {
    "": lambda one: True,
    "?unit=pmc": lambda one: one.unit == "pmc",
    "?unit=dm": lambda one: one.unit == "dm",
    "?direction=leisure": lambda one: one.direction == "leisure",
    "?direction=career": lambda one: one.direction == "career",
    "?age=14-17": lambda one: one.age_from < 18,
    "?when=2026-07": lambda one: one.starts.month == 7,
    "?when=2026-08": lambda one: one.starts.month == 8,
    "?q=маяк&free=1&open=1": lambda one: True,
    "?q=нигде": lambda one: False,
}
"""The programme's filters, and whom each lets through."""
NUMBER = r"777\D?311"
"""How many are expected, however the thousands are set apart. Three of the digits are not enough: `/metrics` tells bytes and seconds."""


@dataclass
class Event:
    """One event as the model of the test knows it: `status` is what its publication must say, None that there is none."""

    mark: str
    request_id: int
    starts: datetime
    status: PublicationStatus | None = None
    unit: str = "pmc"
    direction: str = "leisure"
    age_from: int = 18
    warned: bool = False
    """Announced as being moved."""

    @property
    def title(self) -> str:
        """What it is called, its mark in it."""
        return TITLE.format(self.mark)

    @property
    def slug(self) -> str:
        """Its address, or the one a stranger might guess."""
        return rules.slug(self.title, self.request_id)

    @property
    def visible(self) -> bool:
        """Whether the public may read of it."""
        return self.status not in (None, WITHDRAWN)

    @property
    def in_calendars(self) -> str | None:
        """STATUS of its entry in every feed that gathers it."""
        if self.status is POSTPONED or self.warned:
            return "TENTATIVE"
        return None if self.status is None else "CONFIRMED" if self.status is CONFIRMED else "CANCELLED"

    @property
    def linked(self) -> str:
        """eventStatus in the words of schema.org."""
        if self.warned:
            return "EventPostponed"
        return {CONFIRMED: "EventScheduled", CANCELLED: "EventCancelled", POSTPONED: "EventPostponed"}[self.status or WITHDRAWN]


@dataclass
class District:
    """Events in every state there is, and all that a stranger can ask about them."""

    app: Flask
    office: Office
    make: Make
    cast: Cast
    events: dict[str, Event] = field(default_factory=dict)

    def add(self, name: str, author: str = "spec_pmc", **changes: Any) -> int:
        """A draft whose title carries a mark no other has."""
        place = len(self.events)
        mark = f"Маяк{place:02}"
        starts = changes.pop("starts", FIRST_START + timedelta(days=place))
        made = self.make(
            by=getattr(self.cast, author), venue=None, title=TITLE.format(mark), occurrences=(an_occurrence(starts),), **changes
        )
        known = {name: changes[name] for name in ("direction", "age_from") if name in changes}
        self.events[name] = Event(mark, made.id, starts, unit=author.partition("_")[2], **known)
        return made.id

    def submitted(self, name: str, *decided: str, author: str = "spec_pmc", **changes: Any) -> int:
        """Handed in, and agreed so far by these people."""
        request_id = self.add(name, author, **changes)
        self.office.submit(request_id, author)
        self.office.approve_by(request_id, *decided)
        return request_id

    def approved(self, name: str, author: str = "spec_pmc", **changes: Any) -> None:
        """In force."""
        approve(self.add(name, author, **changes))
        self.events[name].status = CONFIRMED if changes.get("public", True) else None

    def say(self, name: str, status: PublicationStatus | None, *, warned: bool = False) -> None:
        """What the public must read of it from now on."""
        self.events[name].status, self.events[name].warned = status, warned

    def act(self, verb: Callable[..., Any], name: str, by: str = "dir_pmc", **more: Any) -> None:
        """A verb of the office upon an event."""
        request_id = self.events[name].request_id
        self.office.act(lambda now: verb(request_id, by=self.office.by(by), now=now, **more))

    def check(self, now: datetime) -> None:
        """Publications are what the model says, and every public address tells exactly that."""
        everyone = list(self.events.values())
        rows = self.office.read(lambda: db.session.execute(select(Publication.request_id, Publication.status)).all())
        assert dict(map(tuple, rows)) == {one.request_id: one.status for one in everyone if one.status}
        known = {**KNOWN, "slug": [one.slug for one in everyone]}
        asked = {"programme.programme": list(PROGRAMME)[1:], "calendars.subscribe": ("?unit=dm", "?direction=leisure")}
        wrong = [f"{one.path}: {fault}" for one in told(self.app, known, asked) for fault in self._faults(one, now)]
        assert wrong == []

    def _faults(self, page: Told, now: datetime) -> Iterator[str]:
        """What the answer tells that it should not, or keeps to itself."""
        assert page.endpoint in {*SILENT, *TELLS}, f"say what the public route {page.endpoint} tells of which event"
        assert page.status < 500, page.path
        everyone = list(self.events.values())
        wanted = TELLS[page.endpoint](page, everyone, now) if page.endpoint in TELLS else set()
        text = re.sub(ECHOED.get(page.endpoint, "^$"), "", page.text)
        shown = {one.mark for one in everyone if one.mark in text or (page.endpoint == "feeds.sitemap" and one.slug in text)}
        yield from (f"shows {mark}" for mark in sorted(shown - wanted))
        yield from (f"does not show {mark}" for mark in sorted(wanted - shown))
        if page.endpoint == "calendars.event":
            yield from _faults_of_page(page, next(one for one in everyone if one.slug == page.values["slug"]))
        if page.path.endswith(".ics"):
            yield from _faults_of_feed(page, [one for one in everyone if one.in_calendars and _gathers(page, one)])


def _ahead(everyone: list[Event], now: datetime) -> list[Event]:
    """What the programme has, by its time."""
    return sorted((one for one in everyone if one.visible and one.starts + timedelta(hours=2) > now), key=lambda one: one.starts)


def _of_programme(page: Told, everyone: list[Event], now: datetime) -> set[str]:
    passes = PROGRAMME[page.path.removeprefix("/")]
    return {one.mark for one in _ahead(everyone, now) if passes(one)}


def _of_subscribe(page: Told, everyone: list[Event], now: datetime) -> set[str]:
    """The three that come next of the chosen calendar."""
    passes = PROGRAMME["?" + page.path.partition("?")[2] if "?" in page.path else ""]
    return {one.mark for one in [one for one in _ahead(everyone, now) if passes(one)][:3]}


def _gathers(page: Told, one: Event) -> bool:
    """Whether the feed is about the event at all."""
    return {"all": True, "unit": page.values.get("key") == one.unit, "direction": page.values.get("code") == one.direction}.get(
        page.path.removeprefix("/calendar/").removesuffix(".ics").partition("/")[0], page.values.get("slug") == one.slug
    )


def _visible_of_feed(page: Told, everyone: list[Event], _now: datetime) -> set[str]:
    return {one.mark for one in everyone if one.visible and _gathers(page, one)}


TELLS: dict[str, Callable[[Told, list[Event], datetime], set[str]]] = {
    "programme.programme": _of_programme,
    "calendars.subscribe": _of_subscribe,
    "calendars.event": lambda page, everyone, _: {one.mark for one in everyone if one.visible and one.slug == page.values["slug"]},
    "feeds.sitemap": lambda _page, everyone, _now: {one.mark for one in everyone if one.visible},
    "feeds.everything": _visible_of_feed,
    "feeds.unit": _visible_of_feed,
    "feeds.direction": _visible_of_feed,
    "feeds.event": _visible_of_feed,
}
"""Whose marks must stand in the answer of each endpoint, and no others."""


def _faults_of_page(page: Told, one: Event) -> Iterator[str]:
    """An event's own page: 404 for what was never public, 410 for what no longer is, and what search engines are told."""
    status = 404 if one.status is None else 410 if one.status is WITHDRAWN else 200
    if page.status != status:
        yield f"{page.status} instead of {status}"
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    linked = [(each["name"], each["eventStatus"].rpartition("/")[2]) for each in json.loads(html.unescape(data[1]))] if data else []
    if linked != ([(one.title, one.linked)] if one.visible else []):
        yield f"tells search engines {linked}"


def _faults_of_feed(page: Told, gathered: list[Event]) -> Iterator[str]:
    """A feed holds an entry for each of these and no other; a withdrawn one tells nothing but that it is off."""
    if page.status == 404:
        yield from (f"does not know {one.mark}" for one in gathered)
        return
    entries = {str(each["URL"]) if "URL" in each else "": str(each["STATUS"]) for each in Calendar.from_ical(page.text).walk("VEVENT")}
    wanted = {f"http://127.0.0.1:8000/events/{one.slug}" if one.visible else "": one.in_calendars for one in gathered}
    if entries != wanted:
        yield f"holds {entries} instead of {wanted}"


@pytest.fixture
def district(app: Flask, office: Office, a_request: Make, cast: Cast) -> District:
    """An event of each status, and of each way a publication can stand."""
    here = District(app, office, a_request, cast)
    here.add("draft", direction="career")
    here.submitted("in review", "dir_pmc", "head_omp")
    office.decide(here.submitted("returned"), "dir_pmc", Verdict.RETURN)
    office.decide(here.submitted("rejected", "dir_pmc", "head_omp"), "zam", Verdict.REJECT, comment="Дата занята.")
    here.submitted("withdrawn")
    here.act(operations.withdraw, "withdrawn", reason="Передумали")
    here.approved("not public", public=False)
    here.approved("public", direction="career", age_from=14)
    here.approved("of another institution", author="spec_dm", starts=FIRST_START + timedelta(days=30))
    here.approved("being changed")
    here.act(operations.amend, "being changed", by="spec_pmc")
    office.edit(here.events["being changed"].request_id, title="Название, которого ещё никто не утвердил: Маяк99")
    office.submit(here.events["being changed"].request_id)
    here.approved("being moved")
    here.act(operations.postpone, "being moved", reason="Ливень", occurrence_key=None)
    here.say("being moved", CONFIRMED, warned=True)
    here.approved("put off")
    here.act(operations.postpone, "put off", reason="Ремонт", occurrence_key=_key(office, here.events["put off"]))
    here.say("put off", POSTPONED)
    here.approved("cancelled")
    here.act(operations.cancel, "cancelled", reason="Авария")
    here.say("cancelled", CANCELLED)
    here.approved("hidden")
    amend(here.events["hidden"].request_id, public=False)
    here.say("hidden", WITHDRAWN)
    return here


def _key(office: Office, one: Event) -> str:
    """Its only date's key."""
    return str(office.read(lambda: db.session.get_one(EventRequest, one.request_id).revisions[0].occurrences[0].key))


@pytest.mark.engines("sqlite")
def test_i6_every_public_address_tells_what_the_publication_says_and_nothing_else(
    district: District, office: Office, freeze: time_machine.Traveller, now: datetime
) -> None:
    statuses = office.read(lambda: set(db.session.scalars(select(EventRequest.status))))
    finals = {RequestStatus.COMPLETED, RequestStatus.REPORTED, RequestStatus.CLOSED}
    assert statuses == set(RequestStatus) - finals
    district.check(now)

    district.act(operations.cancel, "public", reason="Болезнь ведущего")
    district.say("public", CANCELLED)
    sequences = office.read(lambda: dict(map(tuple, db.session.execute(select(Publication.request_id, Publication.sequence)))))
    assert sequences[district.events["public"].request_id] == 1
    amend(district.events["of another institution"].request_id, public=False)
    district.say("of another institution", WITHDRAWN)
    office.approve_by(district.events["in review"].request_id, "zam")
    district.say("in review", CONFIRMED)
    district.check(now)

    district.act(operations.restore, "public")
    district.say("public", CONFIRMED)
    amend(district.events["hidden"].request_id, public=True)
    district.say("hidden", CONFIRMED)
    district.act(operations.withdraw, "being moved", reason="Остаётся как было")
    district.say("being moved", CONFIRMED)
    district.check(now)

    over = district.events["in review"]
    freeze.move_to(over.starts + timedelta(hours=3))
    office.act(lambda moment: operations.pass_time(over.request_id, moment))
    assert office.request(over.request_id).status is RequestStatus.COMPLETED
    district.check(over.starts + timedelta(hours=3))


def test_i6_no_public_address_says_what_is_not_declared_public(app: Flask, a_published: Callable[..., int]) -> None:
    texts = {name: f"слово {name}" for name in FIELDS if getattr(EMPTY, name) == ""}
    texts |= {
        "online_url": "https://vk.ru/online_url",
        "registration_url": "https://vk.ru/registration_url",
        "responsible_phone": "слово телефон",
    }
    ticked: dict[str, Any] = {name: True for name, one in FIELDS.items() if one.tick}
    rows = {
        "budget": (BudgetLine("слово budget", Decimal(777_311), BudgetSource.SPONSOR),),
        "co_organizers": (CoOrganizer(1, "слово co_organizers"),),
    }
    request_id = a_published(
        venue=None, format=Format.MIXED, registration=Registration.EXTERNAL, expected=777_311, **texts, **ticked, **rows
    )
    answers = told(app, {**KNOWN, "slug": [publications(request_id)[0].slug]}, {})
    read = " ".join(re.sub(r"\s", " ", html.unescape(one.text)) for one in answers)
    secret = {name: re.escape(value) for name, value in texts.items() if not FIELDS[name].public}
    secret |= {"expected": NUMBER, "budget": "budget", "co_organizers": "co_organizers"}
    assert [name for name, words in secret.items() if re.search(words, read)] == []
    assert [name for name, words in texts.items() if FIELDS[name].public and words not in read] == []


def test_i6_calendar_of_a_withdrawn_event_is_not_called_by_its_title(app: Flask, a_published: Callable[..., int]) -> None:
    request_id = a_published(venue=None)
    amend(request_id, public=False, title="Название, которое никто не должен знать")
    page = feed_of(app, request_id)
    assert (page.status, page.text.count("BEGIN:VEVENT")) == (200, 1)
    assert "никто не должен знать" not in page.text


def test_i6_calendar_of_an_event_has_its_new_title_when_a_date_is_left_out(app: Flask, a_published: Callable[..., int]) -> None:
    first, second = an_occurrence(FIRST_START), an_occurrence(FIRST_START + timedelta(days=7))
    request_id = a_published(venue=None, occurrences=(first, second))
    amend(request_id, occurrences=(second,), title="Квиз на новом месте")
    assert [one.status for one in publications(request_id)] == [CANCELLED, CONFIRMED]
    assert "X-WR-CALNAME:Квиз на новом месте" in feed_of(app, request_id).text


def feed_of(app: Flask, request_id: int) -> Told:
    """The calendar of one event as a stranger is told it."""
    (page,) = [one for one in told(app, {**KNOWN, "slug": [publications(request_id)[0].slug]}, {}) if one.endpoint == "feeds.event"]
    return page
