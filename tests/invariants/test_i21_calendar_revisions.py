"""I21: an entry's UID stays, its SEQUENCE and LAST-MODIFIED never go back; equal state is equal bytes; an unchanged feed is a 304."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from events.calendars import queries
from events.calendars.feed import ALL
from events.calendars.queries import FeedCache
from events.calendars.vocabulary import PublicationStatus
from events.foundation import work
from events.foundation.db import db
from events.requests import lifecycle
from events.requests.models import EventRequest
from events.requests.vocabulary import OccurrenceMark, RequestStatus
from tests.fixtures.browsing import Client
from tests.fixtures.direct_sql import refusal
from tests.fixtures.publishing import act_on, amend, cancel, publication, publications
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., int]
FEED = "/calendar/all.ics"
WEEK = timedelta(days=7)
VISIBLE = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION", "STATUS", "URL", "TRANSP")
ACTS = st.sampled_from(
    [
        "retitle",
        "move",
        "move one",
        "add",
        "drop",
        "cancel",
        "cancel one",
        "put off one",
        "restore",
        "warn",
        "hide",
        "show",
        "touch",
        "note",
    ]
)


@dataclass(frozen=True)
class Held:
    """What a subscriber holds of one date."""

    sequence: int
    modified: datetime
    stamp: datetime
    visible: tuple[str, ...]
    raw: bytes


def fetched(client: Client, **headers: str) -> tuple[dict[str, Held], str, bytes]:
    """The feed as a calendar program has it: entries by UID, the tag, the bytes."""
    answer = client.get(FEED, headers=headers).response
    entries = {str(one["UID"]): _held(one) for one in Calendar.from_ical(answer.data).walk("VEVENT")}
    return entries, answer.headers["ETag"], answer.data


def _held(event: Any) -> Held:
    visible = tuple(event[name].to_ical().decode() if name in event else "" for name in VISIBLE)
    return Held(int(event["SEQUENCE"]), event["LAST-MODIFIED"].dt, event["DTSTAMP"].dt, visible, event.to_ical())


def play(request_id: int, act: str, count: int, moment: datetime) -> None:
    """One act of the office; what cannot be done with the event as it stands is left undone."""
    rows = publications(request_id)
    keys = [row.occurrence_key for row in rows]
    status = db.session.get_one(EventRequest, request_id).status
    live = status in (RequestStatus.APPROVED, RequestStatus.PUBLISHED)
    dates = db.session.get_one(EventRequest, request_id).revisions[-1].content().occurrences
    later = [replace(one, starts_at=one.starts_at + WEEK, ends_at=one.ends_at + WEEK) for one in dates if one.starts_at and one.ends_at]
    marks = {"cancel one": OccurrenceMark.CANCELLED, "put off one": OccurrenceMark.POSTPONED}
    changes: dict[str, dict[str, Any]] = {
        "retitle": {"title": f"Квиз № {count}"}, "move": {"occurrences": tuple(later)}, "move one": {"occurrences": (later[0], *dates[1:])},
        "add": {"occurrences": (*dates, an_occurrence(FIRST_START + WEEK * (10 + count)))}, "drop": {"occurrences": dates[:1]},
        "hide": {"public": False}, "show": {"public": True}, "note": {"comment": f"Пометка {count}"},
    }  # fmt: skip
    if act in changes and live:
        amend(request_id, moment, **changes[act])
    elif act in marks and live:
        act_on(request_id, lambda one: lifecycle.mark_date(one, keys[-1], marks[act], f"Причина {count}", work.now()), moment)
    elif act == "cancel" and live:
        cancel(request_id, f"Причина {count}", moment)
    elif act == "restore" and status is RequestStatus.CANCELLED:
        act_on(request_id, lambda one: lifecycle.restore(one, moment), moment)
    elif act == "warn" and live:
        act_on(request_id, lambda one: setattr(one, "postponing", not one.postponing), moment)
    else:
        act_on(request_id, lifecycle.touch_version, moment)


@pytest.mark.engines("sqlite")
@settings(
    max_examples=int(os.environ.get("MARSHRUT_TESTS_EXAMPLES", "5")),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.tuples(ACTS, st.integers(-90, 600)), min_size=5, max_size=10))
def test_i21_no_revision_goes_back_whatever_the_office_does(
    app: Flask, client: Client, a_published: Make, now: datetime, acts: list[tuple[str, int]]
) -> None:
    """Minutes pass between the acts, and sometimes the server's clock steps back."""
    request_id = a_published(venue=None, occurrences=(an_occurrence(), an_occurrence(FIRST_START + WEEK)))
    uids = {row.occurrence_key: row.uid for row in publications(request_id)}
    moment, (before, tag, body) = now, fetched(client)
    for count, (act, minutes) in enumerate(acts):
        moment += timedelta(minutes=minutes)
        play(request_id, act, count, moment)
        after, new_tag, new_body = fetched(client)
        for row in publications(request_id):
            assert row.uid == uids.setdefault(row.occurrence_key, row.uid)
        assert before.keys() <= after.keys(), "an entry left the feed instead of being cancelled in it"
        for uid, held in before.items():
            now_held = after[uid]
            assert now_held.modified >= held.modified
            assert now_held.modified > held.modified or now_held.raw == held.raw
            assert now_held.stamp == now_held.modified
            if now_held.visible == held.visible:
                assert now_held.raw == held.raw
            else:
                assert now_held.sequence == held.sequence + 1
        assert (new_tag == tag) == (new_body == body) == (after == before)
        answer = client.get(FEED, headers={"If-None-Match": tag}, expect=304 if new_body == body else 200)
        assert answer.response.data == (b"" if new_body == body else new_body)
        assert queries.stored(FeedCache(), ALL).plain == new_body, "another worker builds other bytes of the same state"
        before, tag, body = after, new_tag, new_body


def test_i21_move_keeps_uid_and_raises_the_sequence_of_that_date_only(a_published: Make, now: datetime) -> None:
    dates = tuple(an_occurrence(FIRST_START + WEEK * number) for number in range(3))
    request_id = a_published(occurrences=dates)
    before = {row.occurrence_key: row for row in publications(request_id)}
    moved = replace(dates[1], starts_at=dates[1].starts_at + timedelta(days=1), ends_at=dates[1].ends_at + timedelta(days=1))
    amend(request_id, now + timedelta(days=1), occurrences=(dates[0], moved, dates[2]))
    after = {row.occurrence_key: row for row in publications(request_id)}
    one = after[moved.key]
    assert (one.uid, one.sequence, one.moved_from, one.changed_on) == (
        before[moved.key].uid, 1, dates[1].starts_at, now + timedelta(days=1),
    )  # fmt: skip
    assert [after[date.key].vevent for date in (dates[0], dates[2])] == [before[date.key].vevent for date in (dates[0], dates[2])]


def test_i21_change_made_while_the_clock_is_behind_is_shown_and_keeps_the_later_moment(a_published: Make, now: datetime) -> None:
    request_id = a_published(venue=None)
    amend(request_id, now - timedelta(hours=1), title="Часы отстали")
    row = publication(request_id)
    assert (row.title, row.last_modified, row.sequence) == ("Часы отстали", now + timedelta(seconds=1), 1)


def test_i21_calendar_entry_never_goes_back_in_the_database(a_published: Make, trying: Callable[[Callable[[], Any]], Any]) -> None:
    request_id = a_published(venue=None)
    amend(request_id, title="Новое название")
    assert (publication(request_id).status, publication(request_id).sequence) == (PublicationStatus.CONFIRMED, 1)
    for change in ("sequence = 0", "uid = 'x'", "last_modified = created_at, sequence = 0"):
        assert "a calendar entry never goes back" in trying(lambda change=change: refusal(f"UPDATE publication SET {change}"))
    assert "a feed never goes back" in trying(lambda: refusal("UPDATE feed_state SET version = version - 1"))
