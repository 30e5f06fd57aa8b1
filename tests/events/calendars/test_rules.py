"""What the public is told, case by case (cases.md 36, 37; calendar.md 5, 6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.calendars import rules
from events.calendars.models import Publication
from events.calendars.rules import Fate, Life, Planned, Told
from events.calendars.vocabulary import PublicationStatus
from events.foundation.link import LONGEST_LINK
from events.requests.vocabulary import IN_FORCE, OccurrenceMark, RequestStatus

NOW = datetime(2026, 6, 1, 7, tzinfo=UTC)
START = datetime(2026, 7, 10, 15, tzinfo=UTC)
END = START + timedelta(hours=2)
LATER = START + timedelta(days=7)
PUBLIC = Life(RequestStatus.PUBLISHED, public=True, postponing=False, ended_at=None, end_reason="")
PLANNED = Planned(START, END)
TOLD = Told(PublicationStatus.CONFIRMED, START, END)
CALLED_OFF = Life(RequestStatus.CANCELLED, public=True, postponing=False, ended_at=NOW, end_reason="Авария в зале")
OFF = Told(PublicationStatus.CANCELLED, START, END, notice="Авария в зале", changed_on=NOW)


def test_tell_approved_public_date_is_confirmed():
    assert rules.tell(replace(PUBLIC, status=RequestStatus.APPROVED), PLANNED, None, None, NOW) == TOLD


@pytest.mark.parametrize("status", [status for status in RequestStatus if status not in IN_FORCE])
def test_tell_nothing_becomes_public_outside_force(status: RequestStatus):
    assert rules.tell(replace(PUBLIC, status=status), PLANNED, None, None, NOW) is None


@pytest.mark.parametrize("public", [False, None])
def test_tell_nothing_becomes_public_without_the_mark(public: bool | None):
    assert rules.tell(replace(PUBLIC, public=public), PLANNED, None, None, NOW) is None


def test_tell_unchanged_date_stays_as_it_is():
    assert rules.tell(PUBLIC, PLANNED, None, TOLD, NOW) == TOLD


def test_tell_moved_date_remembers_where_it_stood():
    moved = Planned(LATER, LATER + timedelta(hours=3))
    told = rules.tell(PUBLIC, moved, None, TOLD, NOW)
    assert told == Told(PublicationStatus.CONFIRMED, moved.starts_at, moved.ends_at, moved_from=START, changed_on=NOW)
    assert rules.tell(PUBLIC, moved, None, told, NOW + timedelta(days=1)) == told


def test_tell_cancelled_whole_keeps_the_time_and_gives_the_reason():
    assert rules.tell(CALLED_OFF, PLANNED, None, TOLD, NOW) == OFF


def test_tell_cancelled_twice_changes_nothing():
    assert rules.tell(CALLED_OFF, PLANNED, None, OFF, NOW + timedelta(days=1)) == OFF


def test_tell_restored_is_confirmed_without_traces():
    assert rules.tell(replace(PUBLIC, status=RequestStatus.APPROVED), PLANNED, None, OFF, NOW) == TOLD


def test_tell_date_taken_out_by_an_amendment_is_cancelled():
    assert rules.tell(PUBLIC, None, None, TOLD, NOW) == Told(PublicationStatus.CANCELLED, START, END, changed_on=NOW)


def test_tell_one_date_cancelled_alone():
    fate = Fate(OccurrenceMark.CANCELLED, "Нет ведущего", NOW)
    expected = Told(PublicationStatus.CANCELLED, START, END, notice="Нет ведущего", changed_on=NOW)
    assert rules.tell(PUBLIC, PLANNED, fate, TOLD, NOW) == expected


def test_tell_date_cancelled_alone_keeps_its_reason_and_day_when_the_rest_is_cancelled():
    fate = Fate(OccurrenceMark.CANCELLED, "Нет ведущего", NOW)
    alone = Told(PublicationStatus.CANCELLED, START, END, notice="Нет ведущего", changed_on=NOW)
    later = replace(CALLED_OFF, ended_at=NOW + timedelta(days=3))
    assert rules.tell(later, PLANNED, fate, alone, NOW + timedelta(days=3)) == alone


def test_tell_date_taken_out_keeps_its_day_when_the_rest_is_cancelled():
    out = Told(PublicationStatus.CANCELLED, START, END, changed_on=NOW)
    later = replace(CALLED_OFF, ended_at=NOW + timedelta(days=3))
    assert rules.tell(later, None, None, out, NOW + timedelta(days=3)) == out


def test_tell_cancelled_event_of_which_no_revision_is_known_gives_its_reason():
    assert rules.tell(replace(CALLED_OFF, public=None), None, None, TOLD, NOW) == OFF


def test_tell_put_off_date_waits_on_when_a_cancellation_of_the_whole_is_taken_back():
    fate = Fate(OccurrenceMark.POSTPONED, "Ремонт", NOW)
    put_off = Told(PublicationStatus.POSTPONED, START, END, notice="Ремонт", changed_on=NOW)
    cancelled = rules.tell(CALLED_OFF, PLANNED, fate, put_off, NOW)
    assert cancelled == OFF
    assert rules.tell(PUBLIC, PLANNED, fate, cancelled, NOW) == put_off


def test_tell_move_to_come_gives_its_reason_and_takes_it_back():
    warned = rules.tell(replace(PUBLIC, postponing=True, end_reason="Ремонт"), PLANNED, None, TOLD, NOW)
    assert warned == replace(TOLD, postponing=True, notice="Ремонт")
    assert rules.tell(replace(PUBLIC, end_reason="Ремонт"), PLANNED, None, warned, NOW) == TOLD
    first = rules.tell(replace(PUBLIC, postponing=True, end_reason="Ремонт"), PLANNED, None, None, NOW)
    assert first == warned


def test_tell_postponed_date_revives_with_its_new_time():
    fate = Fate(OccurrenceMark.POSTPONED, "Ремонт", NOW)
    off = rules.tell(PUBLIC, PLANNED, fate, TOLD, NOW)
    assert off == Told(PublicationStatus.POSTPONED, START, END, notice="Ремонт", changed_on=NOW)
    revived = rules.tell(PUBLIC, Planned(LATER, LATER + timedelta(hours=2)), fate, off, NOW)
    assert revived == Told(PublicationStatus.CONFIRMED, LATER, LATER + timedelta(hours=2), moved_from=START, changed_on=NOW)


def test_tell_postponing_warns_and_the_warning_ends_with_the_flag():
    warned = rules.tell(replace(PUBLIC, postponing=True), PLANNED, None, TOLD, NOW)
    assert warned == replace(TOLD, postponing=True)
    assert rules.tell(PUBLIC, PLANNED, None, warned, NOW) == TOLD


def test_tell_what_has_taken_place_stays():
    after = END + timedelta(minutes=1)
    assert rules.tell(CALLED_OFF, PLANNED, None, TOLD, after) == TOLD
    assert rules.tell(PUBLIC, None, None, TOLD, after) == TOLD


def test_tell_what_everybody_was_warned_off_has_not_taken_place():
    after, warned = END + timedelta(minutes=1), replace(TOLD, postponing=True)
    assert rules.tell(replace(PUBLIC, postponing=True), PLANNED, None, warned, after) == warned
    fate = Fate(OccurrenceMark.POSTPONED, "Ремонт", after)
    assert rules.tell(PUBLIC, PLANNED, fate, warned, after) == Told(
        PublicationStatus.POSTPONED, START, END, notice="Ремонт", changed_on=after
    )


def test_tell_no_longer_public_is_withdrawn():
    withdrawn = Told(PublicationStatus.WITHDRAWN, START, END, changed_on=NOW)
    assert rules.tell(replace(PUBLIC, public=False), PLANNED, None, TOLD, NOW) == withdrawn
    assert rules.tell(replace(PUBLIC, public=False), PLANNED, None, withdrawn, NOW + timedelta(days=2)) == withdrawn


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Квиз «Кировский район: за кадром»", "kviz-kirovskiy-rayon-za-kadrom-7"),
        ("Ёлка и подъезд", "elka-i-podezd-7"),
        ("🎉🎉", "event-7"),
        ("Я" * 300, f"{'ya' * 40}-7"),
    ],
)
def test_slug_is_latin_short_and_ends_with_the_id(title: str, expected: str):
    assert rules.slug(title, 7) == expected


LINK = "https://video.example/quiz"


@pytest.mark.parametrize(
    ("street", "link", "address"),
    [
        ("пр. Стачек, 18", "", "пр. Стачек, 18"),
        ("", LINK, LINK),
        ("пр. Стачек, 18", LINK, f"пр. Стачек, 18, {LINK}"),
        ("", "", ""),
    ],
)
def test_address_says_where_one_comes_and_where_one_watches(street: str, link: str, address: str):
    assert rules.address(street, link) == address
    assert rules.street_and_link(address) == (street, link)


def test_address_has_room_for_the_longest_street_and_link():
    both = rules.address("у" * 300, f"https://video.example/{'x' * (LONGEST_LINK - 22)}")
    assert len(both) == Publication.__table__.c.address.type.length


def test_ways_in_says_each_way_once():
    assert rules.ways_in(["пандус", "лифт"], "Пандус, лифт не работает") == "пандус, лифт, лифт не работает"
    assert rules.ways_in((), "  субтитры ") == "субтитры"
    assert rules.ways_in(["пандус"], "") == "пандус"
    assert rules.ways_in((), "") == ""
