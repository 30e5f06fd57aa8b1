"""The last moment to submit a draft is kept with it: counted by the worker's tick, unknown once it is saved, never of an older text."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from events.approvals import deadlines, operations, planning, queries
from events.approvals.facts import facts
from events.approvals.models import Route
from events.approvals.operations import drafts
from events.district import operations as district
from events.district import queries as district_queries
from events.district.rule_periods import Period
from events.district.rules import Rules
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.requests import queries as requests
from events.requests.fields import FIELDS, FOR_ROUTES, Content, CoOrganizer
from events.requests.models import EventRequest
from events.requests.rules import Around
from events.requests.vocabulary import Format
from events.venues.models import Venue
from events.venues.vocabulary import VenueKind
from events.worktime import operations as worktime
from events.worktime.vocabulary import DayKind
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence, whole_content
from tests.fixtures.timetables import schedule

Make = Callable[..., EventRequest]
Counting = Callable[[], AbstractContextManager[list[str]]]
TEN_DAYS_BEFORE = datetime(2026, 6, 26, 14, 0, tzinfo=FIRST_START.tzinfo)
"""Friday 17:00 in Moscow: route A with an estimate wants ten working days before FIRST_START."""
STATEMENTS, CHOICE = 2, 1
"""Statements of a tick with nothing to count: the token of what is kept, the drafts."""


def tick(at: datetime = MONDAY) -> int:
    return operations.count_drafts(at)


def kept(office: Office, request_id: int) -> tuple[datetime | None, bool]:
    """The moment that stands with the draft, and whether it counts for what is written now."""
    found = office.request(request_id)
    return found.submit_by, found.submit_by_basis is not None


def by_its_form(office: Office, request_id: int) -> datetime | None:
    """What the form's preview says."""

    def ask() -> datetime | None:
        found = requests.locked(request_id)
        return planning.preview(found, requests.shown(found).content(), work.now()).last_moment

    return office.read(ask)  # type: ignore[no-any-return]


def in_lists(office: Office, request_id: int, at: datetime) -> datetime | None:
    """What lists say of the draft at that moment."""
    return office.read(lambda: deadlines.missed([requests.locked(request_id)], at).get(request_id))  # type: ignore[no-any-return]


def test_what_is_kept_is_what_the_form_says(a_request: Make, office: Office, cast: Cast):
    made = [
        a_request(**changes).id
        for changes in (
            {}, {"budget": ()}, {"expected": 600}, {"expected": 60, "outdoor": True}, {"title": ""},
            {"expected": 60, "outdoor": True, "format": Format.ONLINE}, {"co_organizers": (CoOrganizer(cast.unit("dm").id),)},
            {"occurrences": (an_occurrence(FIRST_START + timedelta(days=3)), an_occurrence(FIRST_START + timedelta(days=1)))},
        )
    ]  # fmt: skip
    assert tick() == len(made)
    said = {one: by_its_form(office, one) for one in made}
    assert {one: kept(office, one) for one in made} == {one: (said[one], True) for one in made}
    assert len(set(said.values())) >= 4
    before = FIRST_START - timedelta(minutes=1)
    assert {one: in_lists(office, one, before) for one in made} == said


def test_nothing_is_kept_with_what_has_no_date_ahead_or_was_submitted(a_request: Make, office: Office):
    undated, submitted, passed = a_request(occurrences=()).id, a_request().id, a_request(venue=None).id
    office.submit(submitted)
    assert tick(FIRST_START) == 0
    assert [kept(office, one) for one in (undated, submitted, passed)] == [(None, False)] * 3
    assert in_lists(office, passed, FIRST_START) == FIRST_START


def test_where_no_route_fits_none_is_kept_and_lists_say_nothing(a_request: Make, office: Office):
    made = a_request().id
    office.act(lambda _: [setattr(one, "active", False) for one in db.session.scalars(select(Route)) if one.key == "A"])
    assert tick() == 1
    assert kept(office, made) == (None, True)
    assert in_lists(office, made, FIRST_START - timedelta(minutes=1)) is None
    assert tick() == 0


def test_a_saved_draft_is_counted_at_once_where_it_is_shown_and_kept_by_the_next_tick(a_request: Make, office: Office):
    made, late = a_request().id, FIRST_START - timedelta(days=2)
    tick()
    assert in_lists(office, made, late) == TEN_DAYS_BEFORE
    office.edit(made, expected=600)
    assert not kept(office, made)[1]
    wanted = by_its_form(office, made)
    assert wanted is not None
    assert wanted < TEN_DAYS_BEFORE
    assert in_lists(office, made, late) == wanted
    assert tick() == 1
    assert kept(office, made) == (wanted, True)
    office.edit(made, occurrences=())
    assert in_lists(office, made, late) is None
    office.edit(made, occurrences=(an_occurrence(FIRST_START + timedelta(days=7)),))
    assert in_lists(office, made, late) == by_its_form(office, made)
    assert tick() == 1


def test_what_routes_do_not_ask_leaves_the_moment_as_it_stands(a_request: Make, office: Office):
    made = a_request(format=Format.ONLINE, outdoor=True).id
    tick()
    office.edit(made, goal="Другая цель", title="Другой квиз", safety_note="Двое дежурных", price_type=None)
    assert kept(office, made) == (TEN_DAYS_BEFORE, True)
    assert tick() == 0


def test_an_answer_that_begins_to_apply_counts_though_it_stood_there_before(a_request: Make, office: Office):
    made = a_request(expected=60, outdoor=True, format=Format.ONLINE).id
    tick()
    assert kept(office, made) == (TEN_DAYS_BEFORE, True)
    office.edit(made, format=Format.OFFLINE)
    assert not kept(office, made)[1]
    tick()
    assert kept(office, made) == (by_its_form(office, made), True)
    assert kept(office, made)[0] != TEN_DAYS_BEFORE


def a_day_off(now: datetime) -> None:
    worktime.set_day(date(2026, 7, 1), DayKind.OFF, False, None, by=SYSTEM, now=now)


def a_working_saturday(now: datetime) -> None:
    worktime.set_day(date(2026, 7, 4), DayKind.WORKING, False, None, by=SYSTEM, now=now)


def another_route(now: datetime) -> None:
    (plain,) = [one.definition for one in queries.current_versions(now) if one.route.key == "A"]
    operations.keep_routes([{**plain, "min_lead_working_days_budget": 12}], by=SYSTEM, now=now)


def a_route_of(fact: str) -> Callable[[datetime], None]:
    """C, which wants fifteen days with an estimate, is taken for that fact."""

    def publish(now: datetime) -> None:
        (plain,) = [one.definition for one in queries.current_versions(now) if one.route.key == "C"]
        operations.keep_routes([{**plain, "select": {"any": [[[fact, "=", True]]]}}], by=SYSTEM, now=now)

    return publish


def a_venue_in_the_open(now: datetime) -> None:
    db.session.scalars(select(Venue).where(Venue.key == "v03")).one().kind = VenueKind.OUTDOOR


@pytest.mark.parametrize("change", [a_day_off, a_working_saturday, another_route, a_venue_in_the_open])
def test_what_it_was_counted_from_changes_and_the_moment_follows(
    a_request: Make, office: Office, freeze: time_machine.Traveller, change: Callable[[datetime], None]
):
    made = a_request(expected=60).id
    tick()
    before = kept(office, made)
    assert before == (TEN_DAYS_BEFORE, True)
    freeze.shift(60)
    office.act(change)
    assert tick(MONDAY + timedelta(seconds=60)) == 1
    assert kept(office, made) == (by_its_form(office, made), True)
    assert kept(office, made) != before
    assert tick(MONDAY + timedelta(seconds=60)) == 0


def test_a_changed_rule_and_one_that_begins_later_count_from_their_day_on(a_request: Make, office: Office, freeze: time_machine.Traveller):
    made, tomorrow = a_request().id, MONDAY + timedelta(days=1)
    freeze.shift(60)
    office.act(a_route_of("ends_after_21"))

    def earlier_evenings(now: datetime) -> None:
        district.set_rule("evening_after", "21:00", "приказ", valid_until=MONDAY.date(), by=SYSTEM, now=now)
        district.set_rule("evening_after", "19:00", "приказ", valid_from=tomorrow.date(), by=SYSTEM, now=now)

    office.act(earlier_evenings)
    assert tick(MONDAY + timedelta(minutes=2)) == 1
    assert kept(office, made) == (TEN_DAYS_BEFORE, True)
    assert tick(MONDAY + timedelta(minutes=3)) == 0
    freeze.move_to(tomorrow)
    assert tick(tomorrow) == 1
    late = kept(office, made)
    assert late == (by_its_form(office, made), True)
    assert late[0] != TEN_DAYS_BEFORE
    office.act(lambda now: district.set_rule("evening_after", "20:30", "приказ", valid_from=tomorrow.date(), by=SYSTEM, now=now))
    assert tick(tomorrow) == 1
    assert kept(office, made) == (TEN_DAYS_BEFORE, True)


def test_a_rule_of_the_day_of_the_event_counts_before_that_day(a_request: Make, office: Office, freeze: time_machine.Traveller):
    made, july = a_request().id, date(2026, 7, 1)
    freeze.shift(60)
    office.act(a_route_of("school_hours"))
    assert tick(MONDAY + timedelta(minutes=2)) == 1

    def lessons_in_july(now: datetime) -> None:
        for key, value in (("school_year_to", "07-31"), ("school_day_to", "19:00")):
            (always,) = [one for one in district_queries.periods() if one.key == key]
            district.keep_rule(
                key, [always._replace(valid_until=date(2026, 6, 30)), Period(key, value, "приказ", july)], by=SYSTEM, now=now
            )

    office.act(lessons_in_july)
    assert tick(MONDAY + timedelta(minutes=2)) == 1
    assert kept(office, made) == (by_its_form(office, made), True)
    assert kept(office, made)[0] != TEN_DAYS_BEFORE


class TestWhileSomebodySaves:
    """Between the reading of the tick and its writing somebody saves: no moment of the older text stands as the new one's."""

    @contextmanager
    def meanwhile(self, app: Flask, place: str, act: Callable[[], object]) -> Iterator[None]:
        """Another thread acts when this one is about to ask the database what begins with `place`; this one goes on when that is
        done, or waits for a lock."""
        here, begun = threading.get_ident(), list[threading.Thread]()

        def run() -> None:
            with app.app_context():
                act()
                db.session.remove()

        def begin(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not begun and threading.get_ident() == here and statement.startswith(place):
                begun.append(threading.Thread(target=run))
                begun[0].start()
                begun[0].join(0.5)

        event.listen(db.engine, "before_cursor_execute", begin)
        try:
            yield
        finally:
            event.remove(db.engine, "before_cursor_execute", begin)
            begun[0].join()

    @pytest.mark.parametrize("place", ["SELECT revision", "SELECT occurrence", "UPDATE event_request SET submit_by"])
    def test_who_comes_while_it_counts(self, app: Flask, a_request: Make, office: Office, place: str):
        made = a_request().id
        with self.meanwhile(app, place, lambda: office.edit(made, expected=600)):
            assert tick() == 1
        assert not kept(office, made)[1]
        self.settled(office, made)

    def test_who_comes_before_it_locks(self, app: Flask, a_request: Make, office: Office):
        made = a_request().id
        with self.meanwhile(app, "SELECT event_request.id, event_request.number", lambda: office.edit(made, expected=600)):
            tick()
        self.settled(office, made)

    @pytest.mark.engines("postgresql")
    def test_who_is_just_saving_is_passed_over(self, app: Flask, a_request: Make, office: Office):
        made, other = a_request().id, a_request(venue=None).id
        counted = list[int]()
        with self.meanwhile(app, "UPDATE revision", lambda: counted.append(tick())):
            office.edit(made, expected=600)
        assert counted == [1]
        assert (kept(office, made)[1], kept(office, other)[1]) == (False, True)
        self.settled(office, made)

    def settled(self, office: Office, made: int) -> None:
        """Lists are right at once, and what is kept at the latest after the next tick."""
        wanted, late = by_its_form(office, made), FIRST_START - timedelta(minutes=1)
        assert wanted != TEN_DAYS_BEFORE
        assert in_lists(office, made, late) == wanted
        tick()
        assert kept(office, made) == (wanted, True)
        assert in_lists(office, made, late) == wanted


class TestStatements:
    """What it costs."""

    def test_a_tick_with_nothing_to_count_asks_for_the_basis_and_for_drafts(self, a_request: Make, query_count: Counting):
        for _ in range(3):
            a_request()
        assert tick() == 3
        with query_count() as asked:
            assert tick() == 0
        assert len(asked) == STATEMENTS
        assert [one for one in asked if "definition" in one] == [], "no route is read for it"

    def test_many_are_counted_in_batches(self, a_request: Make, office: Office, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(drafts, "BATCH", 2)
        made = [a_request().id for _ in range(5)]
        assert tick() == 5
        assert {kept(office, one) for one in made} == {(TEN_DAYS_BEFORE, True)}

    @pytest.mark.parametrize("path", ["/desk", "/requests/"])
    def test_a_page_asks_nothing_more_for_counted_drafts(
        self,
        a_request: Make,
        client: Client,
        sign_in: Callable[..., None],
        freeze: time_machine.Traveller,
        query_count: Counting,
        path: str,
    ):
        """Two counted, one whose date has passed, one without a date: as many statements as for none with a date."""
        freeze.move_to(FIRST_START - timedelta(days=3))
        sign_in(client, "spec_pmc")
        a_request(occurrences=())
        client.get(path)
        with query_count() as before:
            client.get(path)
        for changes in ({}, {"expected": 600}, {"occurrences": (an_occurrence(FIRST_START - timedelta(days=5)),)}):
            a_request(**changes)
        operations.count_drafts(FIRST_START - timedelta(days=3))
        client.get("/profile")  # whose bar counts anew after an act
        with query_count() as asked:
            page = client.get(path)
        assert len(asked) == len(before)
        badges = [one for one in page.texts(class_="badge-state") if one != "Черновик"]
        assert badges == ["дата прошла", "срок подачи прошёл 28 мая", "срок подачи прошёл 26 июня"]

    def test_a_save_asks_the_same_of_a_counted_draft(self, a_request: Make, office: Office, query_count: Counting):
        """One statement more only where routes are asked anew and nothing else of the request's row changes."""
        made = a_request().id
        saves: list[Callable[[int], dict[str, Any]]] = [
            lambda day: {"goal": f"Цель {day}"},
            lambda day: {"title": f"Квиз {day}"},
            lambda day: {"occurrences": (an_occurrence(FIRST_START + timedelta(days=day)),)},
        ]
        for save in saves:
            counts = []
            for day in (1, 2, 3):
                if day == 3:
                    tick()
                with query_count() as asked:
                    office.edit(made, **save(day))
                counts.append(len(asked))
            assert counts[1] == counts[2]


class Noted(Content):
    """A content that notes which of its fields are read."""

    read: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        """The value, noted."""
        if name in FIELDS:
            Noted.read.add(name)
        return super().__getattribute__(name)


@pytest.mark.engines("sqlite")
def test_facts_read_nothing_but_what_is_declared_for_routes():
    """Or a save would leave a moment standing that was counted from another answer."""
    whole = whole_content(co_organizers=(CoOrganizer(2),), venue_id=1)
    noted = Noted(**{one.name: getattr(whole, one.name) for one in fields(Content)})
    Noted.read.clear()
    facts(noted, {}, schedule().calendar, Around(MONDAY, Rules(), {}, 1))
    assert noted.venue_ids
    assert noted.first_start
    assert all(FIELDS[name].applies(noted) is not None for name in FOR_ROUTES)
    assert Noted.read == set(FOR_ROUTES)
