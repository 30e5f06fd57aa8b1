"""Dates cancelled, put off, moved and restored after the approval; numbers are those of the office's cases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from events.approvals import operations, queries
from events.calendars.vocabulary import PublicationStatus
from events.foundation import clock
from events.foundation.db import db
from events.foundation.errors import NotNow, NotYours, Refused
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import OccurrenceMark, RequestStatus, RevisionState
from events.venues import queries as venues
from tests.fixtures.moments import MONDAY
from tests.fixtures.office import Office
from tests.fixtures.publishing import approve, publication, publications
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
LATER = FIRST_START + timedelta(days=14)
FRIDAY = FIRST_START - timedelta(hours=6)
"""Friday 10 July 2026, noon in Moscow."""
SATURDAY, WEDNESDAY = FIRST_START + timedelta(days=1), FIRST_START + timedelta(days=5)
MONDAY_EVENING = FIRST_START + timedelta(days=3)
"""18:00 of the working day after that Friday: until then what was cancelled on it can be restored."""
CANCELLED, CONFIRMED, POSTPONED = PublicationStatus.CANCELLED, PublicationStatus.CONFIRMED, PublicationStatus.POSTPONED


@pytest.fixture
def series(a_request: Make) -> int:
    """An approved event of two dates in a hall, two weeks apart."""
    request_id = a_request(occurrences=(an_occurrence(FIRST_START), an_occurrence(LATER))).id
    approve(request_id)
    return request_id


def key_of(office: Office, request_id: int, place: int) -> str:
    """The key of its first or second date."""
    return office.request(request_id).revisions[0].occurrences[place].key


def call_off(office: Office, request_id: int, place: int | None, by: str = "dir_pmc") -> None:
    """A date, or the whole, is cancelled."""
    key = None if place is None else key_of(office, request_id, place)
    office.act(lambda now: operations.cancel(request_id, reason="Авария", occurrence_key=key, by=office.by(by), now=now))


def put_off(office: Office, request_id: int, place: int | None) -> None:
    """A date, or the whole, is put off."""
    key = None if place is None else key_of(office, request_id, place)
    office.act(lambda now: operations.postpone(request_id, reason="Ремонт", occurrence_key=key, by=office.by("dir_pmc"), now=now))


def restore(office: Office, request_id: int, place: int, by: str = "dir_pmc") -> None:
    """The cancelling of a date is taken back."""
    key = key_of(office, request_id, place)
    office.act(lambda now: operations.restore_date(request_id, occurrence_key=key, by=office.by(by), now=now))


def pass_time(office: Office, request_id: int) -> None:
    """What the worker does to the requests its tick names."""
    if request_id in office.read(lambda: operations.tick(clock.now())):
        office.act(lambda now: operations.pass_time(request_id, now))


def told(request_id: int) -> list[PublicationStatus]:
    """What the public is told of its dates."""
    return [one.status for one in publications(request_id)]


def approve_change(office: Office, request_id: int) -> None:
    """The change at work goes its whole way."""
    office.submit(request_id)
    office.agree(request_id, "dir_pmc", "head_omp", "zam")


def queued(kind: str) -> int:
    """How many messages of the kind wait."""
    db.session.rollback()
    waiting = select(Message.id).where(Message.kind == kind, Message.state == MessageState.PENDING)
    return len(db.session.scalars(waiting).all())


class TestCancelledAlone:
    """One date goes, the event stays (case 37)."""

    def test_case_36_a_date_put_off_keeps_the_event_alive(self, series: int, office: Office) -> None:
        put_off(office, series, 0)
        call_off(office, series, 1)
        assert office.request(series).status is RequestStatus.PUBLISHED
        assert told(series) == [POSTPONED, CANCELLED]

    def test_case_37_the_last_date_that_stands_takes_the_event_with_it(self, series: int, office: Office) -> None:
        call_off(office, series, 0)
        call_off(office, series, 1)
        assert office.request(series).status is RequestStatus.CANCELLED

    def test_case_37_a_date_put_off_is_cancelled_after_its_old_time(
        self, series: int, office: Office, freeze: time_machine.Traveller
    ) -> None:
        put_off(office, series, 0)
        freeze.move_to(FIRST_START + timedelta(days=1))
        call_off(office, series, 0)
        assert told(series) == [CANCELLED, CONFIRMED]

    def test_a_date_is_not_called_off_twice(self, series: int, office: Office) -> None:
        call_off(office, series, 0)
        with pytest.raises(Refused):
            call_off(office, series, 0)
        with pytest.raises(Refused):
            put_off(office, series, 0)


class TestCancelledWhole:
    """Everything goes, and comes back while something of it is to come (case 37)."""

    def test_a_date_that_came_meanwhile_was_not_held(self, series: int, office: Office, freeze: time_machine.Traveller) -> None:
        """The public had been told that nothing would be; it would read «confirmed» of an evening at which nobody was."""
        freeze.move_to(FRIDAY)
        call_off(office, series, None)
        freeze.move_to(SATURDAY)
        office.act(lambda now: operations.restore(series, by=office.by("dir_pmc"), now=now))
        assert office.request(series).status is RequestStatus.PUBLISHED
        assert told(series) == [CANCELLED, CONFIRMED]
        freeze.move_to(LATER + timedelta(days=1))
        pass_time(office, series)
        assert office.request(series).status is RequestStatus.COMPLETED

    def test_a_date_cancelled_alone_before_is_nothing_to_come(self, series: int, office: Office, freeze: time_machine.Traveller) -> None:
        freeze.move_to(FRIDAY)
        call_off(office, series, 1)
        call_off(office, series, None)
        freeze.move_to(SATURDAY)
        with pytest.raises(NotNow):
            office.act(lambda now: operations.restore(series, by=office.by("dir_pmc"), now=now))


class TestPutOffAlone:
    """A date put off still stands and waits for its new time (cases 36, 37)."""

    def test_case_39_event_is_not_over_while_a_date_waits(self, series: int, office: Office, freeze: time_machine.Traveller) -> None:
        put_off(office, series, 0)
        freeze.move_to(LATER + timedelta(hours=3))
        pass_time(office, series)
        assert office.request(series).status is RequestStatus.PUBLISHED
        call_off(office, series, 0)
        pass_time(office, series)
        assert office.request(series).status is RequestStatus.PUBLISHED, "it can be restored, and waits again"
        freeze.shift(timedelta(days=4))
        pass_time(office, series)
        assert office.request(series).status is RequestStatus.COMPLETED

    def test_case_37_event_is_restored_for_the_date_that_waits(
        self, a_request: Make, office: Office, freeze: time_machine.Traveller
    ) -> None:
        request_id = a_request(venue=None).id
        approve(request_id)
        put_off(office, request_id, 0)
        freeze.move_to(FIRST_START + timedelta(days=1))
        call_off(office, request_id, None)
        office.act(lambda now: operations.restore(request_id, by=office.by("dir_pmc"), now=now))
        assert told(request_id) == [POSTPONED]

    def test_case_36_cancelled_and_moved_meanwhile_it_comes_back_at_its_new_time(self, series: int, office: Office) -> None:
        put_off(office, series, 0)
        first, second = office.request(series).revisions[-1].content().occurrences
        office.edit(series, occurrences=(an_occurrence(LATER + timedelta(days=3), key=first.key), second))
        office.submit(series)
        call_off(office, series, 0)
        office.agree(series, "dir_pmc", "head_omp", "zam")
        restore(office, series, 0)
        assert office.read(lambda: requests.fates(series)) == {}
        assert told(series) == [CONFIRMED, CONFIRMED]

    def test_case_35_nothing_is_changed_any_more_when_the_only_date_ahead_is_cancelled(
        self, series: int, office: Office, freeze: time_machine.Traveller
    ) -> None:
        call_off(office, series, 1)
        freeze.move_to(FIRST_START + timedelta(minutes=1))
        with pytest.raises(NotNow):
            office.act(lambda now: operations.amend(series, by=office.by("spec_pmc"), now=now))
        with pytest.raises(NotNow):
            put_off(office, series, None)
        with pytest.raises(NotNow):
            call_off(office, series, None)


class TestRestoredAlone:
    """The head takes the cancelling of one date back within a working day (case 37)."""

    def test_case_37_it_stands_again_with_its_hall(self, series: int, office: Office) -> None:
        call_off(office, series, 0)
        restore(office, series, 0)
        assert told(series) == [CONFIRMED, CONFIRMED]
        assert len(office.read(lambda: venues.bookings_of(series))) == 2
        assert office.read(lambda: requests.fates(series)) == {}

    def test_case_36_put_off_before_it_is_put_off_again(self, series: int, office: Office) -> None:
        put_off(office, series, 0)
        call_off(office, series, 0)
        restore(office, series, 0)
        fate = office.read(lambda: requests.fates(series))[key_of(office, series, 0)]
        assert (fate.mark, fate.reason, fate.put_off_at) == (OccurrenceMark.POSTPONED, "Ремонт", None)
        assert told(series) == [POSTPONED, CONFIRMED]

    @pytest.fixture
    def weekend(self, a_request: Make, office: Office, freeze: time_machine.Traveller) -> int:
        """Two dates, on a Saturday and on the Wednesday after; on Friday noon that of Wednesday is cancelled alone, and it is Saturday
        night.
        """
        request_id = a_request(occurrences=(an_occurrence(SATURDAY), an_occurrence(WEDNESDAY))).id
        approve(request_id)
        freeze.move_to(FRIDAY)
        call_off(office, request_id, 1)
        freeze.move_to(SATURDAY + timedelta(hours=3))
        pass_time(office, request_id)
        return request_id

    def test_case_39_event_is_not_over_while_a_date_can_be_restored(
        self, weekend: int, office: Office, freeze: time_machine.Traveller
    ) -> None:
        assert office.request(weekend).status is RequestStatus.PUBLISHED
        freeze.move_to(MONDAY_EVENING)
        pass_time(office, weekend)
        restore(office, weekend, 1)
        assert told(weekend) == [CONFIRMED, CONFIRMED]
        freeze.move_to(WEDNESDAY + timedelta(hours=3))
        pass_time(office, weekend)
        assert office.request(weekend).status is RequestStatus.COMPLETED

    def test_case_39_event_is_over_when_no_date_can_be_restored_any_more(
        self, weekend: int, office: Office, freeze: time_machine.Traveller
    ) -> None:
        freeze.move_to(MONDAY_EVENING + timedelta(seconds=1))
        pass_time(office, weekend)
        assert office.request(weekend).status is RequestStatus.COMPLETED

    def test_case_39_event_is_over_when_a_date_cancelled_alone_has_begun(
        self, a_request: Make, office: Office, freeze: time_machine.Traveller
    ) -> None:
        request_id = a_request(occurrences=(an_occurrence(SATURDAY), an_occurrence(SATURDAY + timedelta(hours=3)))).id
        approve(request_id)
        freeze.move_to(FRIDAY)
        call_off(office, request_id, 1)
        freeze.move_to(SATURDAY + timedelta(hours=2))
        pass_time(office, request_id)
        assert office.request(request_id).status is RequestStatus.PUBLISHED
        freeze.move_to(SATURDAY + timedelta(hours=3))
        pass_time(office, request_id)
        assert office.request(request_id).status is RequestStatus.COMPLETED

    def test_case_39_the_tick_finds_exactly_the_events_that_are_over(
        self, a_request: Make, office: Office, freeze: time_machine.Traveller
    ) -> None:
        def an_event(*acts: Callable[[Office, int, int], None]) -> int:
            made = a_request(venue=None, occurrences=(an_occurrence(SATURDAY), an_occurrence(WEDNESDAY))).id
            approve(made)
            freeze.move_to(FRIDAY)
            for act in acts:
                act(office, made, 1)
            freeze.move_to(MONDAY)
            return made

        events = {an_event(): "both", an_event(call_off): "cancelled", an_event(put_off): "put off",
                  an_event(put_off, call_off): "put off and cancelled", an_event(call_off, restore): "restored"}  # fmt: skip
        found = {}
        for moment in (SATURDAY, SATURDAY + timedelta(hours=2), MONDAY_EVENING, MONDAY_EVENING + timedelta(seconds=1),
                       WEDNESDAY + timedelta(hours=2)):  # fmt: skip
            since = office.read(lambda at=moment: queries.restorable_since(at))
            over = office.read(lambda since=since, at=moment: requests.over(since, at, 100))
            assert set(over) == {one for one in events if office.read(lambda one=one, at=moment: queries.is_over(requests.locked(one), at))}
            found[moment] = [events[one] for one in over]
        assert list(found.values()) == [
            [], [], [], ["cancelled", "put off and cancelled"], ["both", "cancelled", "put off and cancelled", "restored"],
        ]  # fmt: skip

    def test_case_37_not_after_its_time(self, series: int, office: Office, freeze: time_machine.Traveller) -> None:
        freeze.move_to(FIRST_START - timedelta(hours=2))
        call_off(office, series, 0)
        freeze.move_to(FIRST_START + timedelta(minutes=1))
        with pytest.raises(NotNow):
            restore(office, series, 0)

    def test_case_37_not_after_the_working_day(self, series: int, office: Office, freeze: time_machine.Traveller) -> None:
        freeze.move_to(FIRST_START - timedelta(days=20))
        call_off(office, series, 0)
        freeze.shift(timedelta(days=4))
        with pytest.raises(NotNow):
            restore(office, series, 0)

    def test_case_37_by_the_head_alone(self, series: int, office: Office) -> None:
        call_off(office, series, 0)
        with pytest.raises(NotYours):
            restore(office, series, 0, by="spec_pmc")

    def test_case_37_refused_when_the_hall_is_taken_since(self, series: int, office: Office, a_request: Make) -> None:
        call_off(office, series, 0)
        rival = a_request(occurrences=(an_occurrence(FIRST_START),)).id
        office.submit(rival)
        with pytest.raises(Refused):
            restore(office, series, 0)
        assert told(series) == [CANCELLED, CONFIRMED]


class TestPostponed:
    """«Переносится» ends with a new date, not with any change (case 36)."""

    @pytest.fixture
    def moving(self, a_request: Make, office: Office) -> int:
        """An approved event of one date whose move has been announced."""
        request_id = a_request(venue=None).id
        approve(request_id)
        put_off(office, request_id, None)
        return request_id

    def test_case_36_a_change_without_a_new_date_leaves_it_standing(self, moving: int, office: Office) -> None:
        office.edit(moving, title="Квиз с другим названием")
        approve_change(office, moving)
        request = office.request(moving)
        assert request.postponing
        assert publication(moving).postponing
        assert [one.state for one in request.revisions] == [RevisionState.SUPERSEDED, RevisionState.APPROVED, RevisionState.DRAFT]

    def test_case_36_the_change_after_it_brings_the_new_date(self, moving: int, office: Office, freeze: time_machine.Traveller) -> None:
        office.edit(moving, title="Квиз с другим названием")
        approve_change(office, moving)
        freeze.move_to(FIRST_START + timedelta(days=1))
        office.edit(moving, occurrences=(an_occurrence(LATER, key=key_of(office, moving, 0)),))
        approve_change(office, moving)
        assert not office.request(moving).postponing
        shown = publication(moving)
        assert (shown.status, shown.starts_at, shown.postponing) == (CONFIRMED, LATER, False)

    def test_case_36_nobody_is_reminded_of_a_date_known_to_be_wrong(self, a_request: Make, office: Office) -> None:
        request_id = a_request(venue=None).id
        approve(request_id)
        assert queued("event_tomorrow") > 0
        put_off(office, request_id, None)
        assert queued("event_tomorrow") == 0
        office.act(lambda now: operations.withdraw(request_id, reason="Остаётся как было", by=office.by("dir_pmc"), now=now))
        assert queued("event_tomorrow") > 0

    def test_case_36_a_date_held_before_the_warning_was_held_whatever_change_was_at_work(
        self, series: int, office: Office, freeze: time_machine.Traveller
    ) -> None:
        office.act(lambda now: operations.amend(series, by=office.by("spec_pmc"), now=now))
        freeze.move_to(FIRST_START + timedelta(days=1))
        put_off(office, series, None)
        office.edit(series, title="Квиз с другим названием")
        approve_change(office, series)
        assert office.read(lambda: requests.fates(series)) == {}
        call_off(office, series, None)
        assert list(office.read(lambda: requests.fates(series))) == [key_of(office, series, 1)]
        assert told(series) == [CONFIRMED, CANCELLED]

    def test_case_36_a_draft_of_a_change_ends_though_a_date_taken_out_had_been_put_off(
        self, series: int, office: Office, freeze: time_machine.Traveller
    ) -> None:
        put_off(office, series, 0)
        _, second = office.request(series).revisions[-1].content().occurrences
        office.edit(series, occurrences=(second,))
        approve_change(office, series)
        office.act(lambda now: operations.amend(series, by=office.by("spec_pmc"), now=now))
        freeze.move_to(LATER + timedelta(minutes=1))
        pass_time(office, series)
        assert office.request(series).revisions[-1].state is RevisionState.WITHDRAWN
