"""What calendars tell of dates put off, cancelled alone and taken back, by the verbs of the office (cases.md 36, 37; calendar.md 6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from events.approvals import operations as approvals
from events.calendars import operations, queries
from events.calendars.feed import Feed
from events.calendars.models import Publication
from events.calendars.queries import FeedCache
from events.calendars.vocabulary import PublicationStatus
from events.foundation import work
from events.requests import lifecycle
from events.requests.models import EventRequest
from events.requests.vocabulary import OccurrenceMark
from events.venues import queries as venues
from tests.fixtures.office import Office
from tests.fixtures.publishing import act_on, amend, cancel, publication, publications, versions
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., int]
WEEK = timedelta(days=7)
HEAD = "dir_pmc"


def entry(row: Publication) -> Any:
    (event,) = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + (row.vevent or b"") + b"END:VCALENDAR\r\n").walk("VEVENT")
    return event


def said(row: Publication) -> tuple[str, str, str]:
    """Status, title and the first paragraph of the description as a calendar shows them."""
    event = entry(row)
    return str(event["STATUS"]), str(event["SUMMARY"]).partition(": ")[0], str(event["DESCRIPTION"]).split("\n")[0]


def put_off(office: Office, request_id: int, key: str | None = None) -> None:
    office.act(lambda now: approvals.postpone(request_id, occurrence_key=key, reason="Ливень", by=office.by(HEAD), now=now))


def call_off(office: Office, request_id: int, key: str | None = None, moment: datetime | None = None, reason: str = "Авария") -> None:
    act = lambda now: approvals.cancel(request_id, reason=reason, occurrence_key=key, by=office.by(HEAD), now=now)  # noqa: E731
    office.act(act, moment=moment)


def restore(office: Office, request_id: int) -> None:
    office.act(lambda now: approvals.restore(request_id, by=office.by(HEAD), now=now))


def in_feed(row: Publication, key: str = "all") -> bool:
    return f"\r\nUID:{row.uid}\r\n".encode() in queries.stored(FeedCache(), Feed.parse(key)).plain


def test_put_off_event_says_why_and_is_not_cancelled(a_published: Make, office: Office):
    request_id = a_published()
    put_off(office, request_id)
    assert said(publication(request_id)) == ("TENTATIVE", "ПЕРЕНЕСЕНО, дата уточняется", "Причина переноса: Ливень")


def test_put_off_date_says_why_and_is_not_cancelled(a_published: Make, office: Office):
    first, second = an_occurrence(), an_occurrence(FIRST_START + WEEK)
    request_id = a_published(occurrences=(first, second))
    put_off(office, request_id, first.key)
    rows = publications(request_id)
    assert said(rows[0]) == ("TENTATIVE", "ПЕРЕНЕСЕНО, дата уточняется", "Причина переноса: Ливень")
    assert said(rows[1])[0] == "CONFIRMED"


def test_cancelled_event_says_why(a_published: Make, office: Office):
    request_id = a_published()
    call_off(office, request_id)
    assert said(publication(request_id)) == ("CANCELLED", "ОТМЕНЕНО", "Причина отмены: Авария")


@pytest.mark.parametrize("days", [0, 50])
def test_case_36_event_put_off_whole_comes_back_from_its_cancellation_put_off(
    a_published: Make, office: Office, freeze: time_machine.Traveller, days: int
):
    """Before the known-wrong date and after it."""
    request_id = a_published(occurrences=(an_occurrence(), an_occurrence(FIRST_START + 10 * WEEK)))
    put_off(office, request_id)
    freeze.shift(timedelta(days=days))
    call_off(office, request_id)
    assert [row.notice for row in publications(request_id)] == ["Авария"] * 2
    restore(office, request_id)
    rows = publications(request_id)
    assert [(row.status, row.notice) for row in rows] == [(PublicationStatus.POSTPONED, "Ливень")] * 2
    assert {said(row)[0] for row in rows} == {"TENTATIVE"}
    assert office.read(lambda: list(venues.bookings_of(request_id))) == []


def test_case_36_event_back_from_its_cancellation_revives_with_a_new_date(a_published: Make, office: Office):
    date = an_occurrence()
    request_id = a_published(occurrences=(date,))
    uid = publication(request_id).uid
    put_off(office, request_id)
    call_off(office, request_id)
    restore(office, request_id)
    amend(request_id, occurrences=(an_occurrence(FIRST_START + WEEK, key=date.key),))
    row = publication(request_id)
    assert (row.uid, row.status, row.moved_from, row.notice) == (uid, PublicationStatus.CONFIRMED, FIRST_START, "")


@pytest.mark.parametrize("days", [0, 50])
def test_case_36_event_put_off_whole_with_no_change_at_work_comes_back_warned(
    a_published: Make, office: Office, freeze: time_machine.Traveller, days: int
):
    """A change approved without a new date leaves the warning; its reason is kept for the dates ahead."""
    request_id = a_published(occurrences=(an_occurrence(), an_occurrence(FIRST_START + 10 * WEEK)))

    def warn(one: EventRequest) -> None:
        one.postponing, one.end_reason = True, "Ливень"

    act_on(request_id, warn)
    freeze.shift(timedelta(days=days))
    call_off(office, request_id)
    restore(office, request_id)
    assert [said(row)[0] for row in publications(request_id)] == ["TENTATIVE", "TENTATIVE"]
    assert said(publications(request_id)[1])[2] == "Причина переноса: Ливень"


def test_case_37_event_that_was_not_put_off_comes_back_as_it_was(a_published: Make, office: Office):
    request_id = a_published()
    call_off(office, request_id)
    restore(office, request_id)
    assert publication(request_id).status is PublicationStatus.CONFIRMED


def test_date_cancelled_alone_keeps_its_reason_and_day_when_the_rest_is_cancelled(a_published: Make, office: Office, now: datetime):
    first, second = an_occurrence(), an_occurrence(FIRST_START + WEEK)
    request_id = a_published(occurrences=(first, second))
    call_off(office, request_id, first.key, reason="Нет ведущего")
    alone = publications(request_id)[0].vevent
    call_off(office, request_id, moment=now + timedelta(hours=3))
    told = [(row.notice, row.changed_on) for row in publications(request_id)]
    assert told == [("Нет ведущего", now), ("Авария", now + timedelta(hours=3))]
    assert publications(request_id)[0].vevent == alone, "nothing new is said of it"
    restore(office, request_id)
    assert [row.status.value for row in publications(request_id)] == ["cancelled", "confirmed"]


def test_date_taken_out_keeps_its_day_when_the_rest_is_cancelled(a_published: Make, now: datetime):
    first, second = an_occurrence(), an_occurrence(FIRST_START + WEEK)
    request_id = a_published(occurrences=(first, second))
    amend(request_id, now, occurrences=(second,))
    cancel(request_id, "Авария", now + timedelta(days=1))
    told = [(row.notice, row.changed_on) for row in publications(request_id)]
    assert told == [("", now), ("Авария", now + timedelta(days=1))]


@pytest.mark.parametrize("days", [31, 89, 91, 300])
@pytest.mark.parametrize("whole", [True, False])
def test_put_off_date_stays_in_wide_feeds_as_long_as_it_waits(a_published: Make, office: Office, days: int, whole: bool):
    date = an_occurrence()
    request_id = a_published(occurrences=(date, an_occurrence(FIRST_START + 60 * WEEK)) if not whole else (date,))
    put_off(office, request_id, None if whole else date.key)
    row = publications(request_id)[0]
    later = FIRST_START + timedelta(days=days)
    work.transaction(lambda: operations.daily(later), moment=later)
    assert [in_feed(row, key) for key in ("all", "unit:pmc", "direction:leisure")] == [True] * 3
    before = versions()
    act_on(request_id, lifecycle.touch_version, later)
    assert versions() == before, "the digest and the bytes agree on what is shown"


def test_put_off_date_that_is_cancelled_after_all_is_buried_like_any(a_published: Make, now: datetime):
    date = an_occurrence()
    request_id = a_published(occurrences=(date, an_occurrence(FIRST_START + 60 * WEEK)))
    act_on(request_id, lambda one: lifecycle.mark_date(one, date.key, OccurrenceMark.POSTPONED, "Ремонт", now))
    row, later = publications(request_id)[0], FIRST_START + timedelta(days=40)
    work.transaction(lambda: operations.daily(later), moment=later)
    assert in_feed(row)
    act_on(request_id, lambda one: lifecycle.mark_date(one, date.key, OccurrenceMark.CANCELLED, "Ремонт", later), later)
    assert not in_feed(row)


def test_moved_date_says_nothing_of_a_reason(a_published: Make, now: datetime):
    date = an_occurrence()
    request_id = a_published(occurrences=(date,))
    act_on(request_id, lambda one: lifecycle.mark_date(one, date.key, OccurrenceMark.POSTPONED, "Ремонт", now))
    amend(request_id, occurrences=(replace(date, starts_at=date.starts_at + WEEK, ends_at=date.ends_at + WEEK),))
    assert "Причина" not in str(entry(publication(request_id))["DESCRIPTION"])
