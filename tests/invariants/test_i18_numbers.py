"""I18: numbers are given once, without gaps, per institution and Moscow year; what is rolled back leaves no gap and no repeat."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from events.approvals import operations
from events.foundation.db import db
from events.foundation.errors import Refused
from events.foundation.text import N_
from events.requests import queries as requests
from events.requests.models import EventRequest
from tests.fixtures.cast import Cast
from tests.fixtures.crowds import at_once
from tests.fixtures.direct_sql import refusal
from tests.fixtures.office import Office
from tests.fixtures.requests import an_occurrence

Make = Callable[..., EventRequest]
Count = Callable[[], AbstractContextManager[list[str]]]
NEXT_SUMMER = datetime(2027, 7, 9, 15, 0, tzinfo=UTC)


def numbers(office: Office) -> list[str]:
    """Every number given so far."""
    return sorted(office.read(lambda: db.session.scalars(select(EventRequest.number).where(EventRequest.number.is_not(None))).all()))


def pmc(*which: int, year: int = 2026) -> list[str]:
    """The institution's numbers of a year."""
    return [f"ММ-ПМЦ-{number:04d}/{year}" for number in which]


def submit_and_fail(office: Office, request_id: int) -> None:
    """A submission that has got its number already when its transaction fails."""

    def act(now: datetime) -> None:
        by = office.by("spec_pmc")
        operations.submit(request_id, version=requests.visible(request_id, by).version, confirmed=True, by=by, now=now)
        raise Refused(N_("The submission fails at its very end."))

    office.act(act)


@pytest.mark.engines("postgresql")
def test_i18_numbers_given_at_once_are_gap_free_though_half_of_the_crowd_fails(app: Flask, a_request: Make, office: Office) -> None:
    made = [a_request(venue=None).id for _ in range(8)]
    acts = [
        (lambda one=one: submit_and_fail(office, one)) if place % 2 else (lambda one=one: office.submit(one))
        for place, one in enumerate(made)
    ]
    assert at_once(app, acts) == {"done": 4, "Refused": 4}  # type: ignore[arg-type]  # bound at once
    assert numbers(office) == pmc(1, 2, 3, 4)
    assert at_once(app, [lambda one=one: office.submit(one) for one in made[1::2]]) == {"done": 4}  # type: ignore[misc]  # bound at once
    assert numbers(office) == pmc(*range(1, 9))


@pytest.mark.engines("postgresql")
def test_i18_the_series_is_locked_when_all_but_the_messages_is_written(a_request: Make, office: Office, query_count: Count) -> None:
    """From there to the commit every other submission of the institution waits; before it none does."""
    request_id = a_request(venue=None).id
    with query_count() as asked:
        office.submit(request_id)
    written = [found[1] for one in asked if (found := re.match(r"(?:INSERT INTO|UPDATE) (\w+)", one))]
    own = ["revision", "authorship", "round", "review", "involvement", "event_request"]
    since = written.index("number_series")
    assert [one for one in own if one not in written[:since]] == []
    assert written[since:] == ["number_series", "event_request", "involvement", "message", "audit_entry", "audit_head"]


def test_i18_rolled_back_submission_leaves_no_gap_and_no_number(a_request: Make, office: Office) -> None:
    first, refused, failed, second = a_request(venue=None), a_request(venue=None, title=""), a_request(venue=None), a_request(venue=None)
    ids = [one.id for one in (first, refused, failed, second)]
    office.submit(ids[0])
    with pytest.raises(Refused):
        office.submit(ids[1])
    with pytest.raises(Refused):
        submit_and_fail(office, ids[2])
    office.submit(ids[3])
    assert [office.request(one).number for one in ids] == [*pmc(1), None, None, *pmc(2)]
    office.submit(ids[2])
    assert office.request(ids[2]).number == pmc(3)[0]


@pytest.mark.engines("sqlite")
def test_i18_number_outlives_every_round_and_is_not_given_again(a_request: Make, office: Office) -> None:
    request_id, another = a_request(venue=None).id, a_request(venue=None).id
    office.submit(request_id)
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    office.submit(request_id)
    assert office.request(request_id).number == pmc(1)[0]
    office.act(lambda now: operations.withdraw(request_id, reason="Передумали", by=office.by("spec_pmc"), now=now))
    office.submit(another)
    assert (office.request(request_id).number, office.request(another).number) == tuple(pmc(1, 2))


@pytest.mark.engines("sqlite")
def test_i18_the_year_is_moscows_and_each_institution_counts_for_itself(
    a_request: Make, office: Office, cast: Cast, freeze: time_machine.Traveller
) -> None:
    """At 21:00 UTC of 31 December it is the new year in Moscow."""
    dates = (an_occurrence(NEXT_SUMMER),)
    mine = [a_request(venue=None, occurrences=(an_occurrence(NEXT_SUMMER),)).id for _ in range(3)]
    theirs = a_request(by=cast.spec_dm, venue=None, occurrences=dates).id
    for moment, one in zip(((31, 20, 59, 59), (31, 21, 0, 0)), mine, strict=False):
        freeze.move_to(datetime(2026, 12, *moment, tzinfo=UTC))
        office.submit(one)
    office.submit(theirs, "spec_dm")
    office.submit(mine[2])
    assert [office.request(one).number for one in mine] == [*pmc(1), *pmc(1, 2, year=2027)]
    assert office.request(theirs).number == f"ММ-{cast.unit('dm').code}-0001/2027"


def test_i18_number_is_never_changed_or_taken_back(a_request: Make, office: Office, trying: Callable[[Callable[[], Any]], Any]) -> None:
    request_id = a_request(venue=None).id
    office.submit(request_id)
    for value in ("'ММ-ПМЦ-9999/2026'", "NULL"):
        said = trying(lambda value=value: refusal(f"UPDATE event_request SET number = {value} WHERE id = :id", id=request_id))
        assert "a number is never changed" in said
