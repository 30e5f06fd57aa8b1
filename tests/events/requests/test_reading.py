"""A request as its page reads it says what its rows say, to whom it concerns."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest

from events.approvals.vocabulary import Verdict
from events.foundation.errors import NotFound
from events.requests import queries
from events.requests.models import EventRequest
from events.requests.queries import RequestRead
from events.requests.vocabulary import Format
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]


def read(office: Office, request_id: int, login: str = "spec_pmc") -> RequestRead:
    """As the page reads it."""
    return office.read(lambda: queries.reading(request_id, office.by(login)))  # type: ignore[no-any-return]


def test_rows_and_objects_say_the_same_of_every_revision(office: Office, a_request: Make):
    """A series sent back and written anew, and an event that went online, whose hall applies no more."""
    series = a_request(occurrences=tuple(an_occurrence(FIRST_START + timedelta(days=day)) for day in range(3))).id
    office.submit(series)
    office.decide(series, "dir_pmc", Verdict.RETURN)
    office.edit(series, occurrences=(an_occurrence(FIRST_START),), title="Другое название")
    online = a_request(format=Format.ONLINE, online_url="https://example.org/").id

    def compare(request_id: int) -> None:
        whole, plain = queries.visible(request_id, office.by("spec_pmc")), queries.reading(request_id, office.by("spec_pmc"))
        for name in {one.name for one in fields(plain)} - {"own", "revisions"}:
            assert getattr(plain, name) == getattr(whole, name), name
        for one, row in zip(plain.revisions, whole.revisions, strict=True):
            for name in ("id", "no", "state", "amendment", "submitted_at", "responsible_id", "responsible_name"):
                assert getattr(one, name) == getattr(row, name), name
            assert (one.written, one.content()) == (row.written(), row.content())
            assert [date.key for date in one.occurrences] == [date.key for date in row.occurrences]

    office.read(lambda: compare(series))
    office.read(lambda: compare(online))
    assert [len(one.occurrences) for one in read(office, series).revisions] == [3, 1]
    assert read(office, online).revisions[0].written.venue_id is not None
    assert read(office, online).revisions[0].content().venue_id is None


def test_it_is_there_for_those_whom_it_concerns_only(office: Office, a_request: Make):
    request_id = a_request().id
    office.submit(request_id)
    assert read(office, request_id).own
    assert not read(office, request_id, "dir_pmc").own
    with pytest.raises(NotFound):
        read(office, request_id, "dir_dm")
    with pytest.raises(NotFound):
        read(office, request_id + 1)
