"""A feed as a value: its text, what it gathers, its window, its name, its digest (calendar.md 6, 9, 14)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from events.calendars import feed, queries
from events.calendars.feed import ALL, Feed, FeedKind, Window
from events.calendars.models import Publication
from events.calendars.vocabulary import PublicationStatus
from events.foundation import work
from events.foundation.db import db


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("all", ALL),
        ("unit:pmc", Feed(FeedKind.UNIT, "pmc")),
        ("direction:", Feed(FeedKind.DIRECTION, "")),
        ("event:quiz-7", Feed(FeedKind.EVENT, "quiz-7")),
    ],
)
def test_text_of_a_feed_is_read_back(text: str, value: Feed):
    assert str(value) == text
    assert Feed.parse(text) == value


def test_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="planet"):
        Feed.parse("planet:mars")


def test_every_kind_gathers_by_a_column_of_publication():
    row = SimpleNamespace(unit_key="pmc", co_unit_keys="", direction="leisure", slug="quiz-7")
    assert [str(one) for one in feed.gathering(row)] == ["all", "unit:pmc", "direction:leisure", "event:quiz-7"]
    assert {*feed.COLUMNS, *feed.SHOWN_BY} <= set(Publication.__table__.columns.keys())


def test_joint_event_is_gathered_by_the_feed_of_each_unit_that_holds_it():
    row = SimpleNamespace(unit_key="pmc", co_unit_keys=" dm kdm pmc ", direction="leisure", slug="quiz-7")
    named = [str(one) for one in feed.gathering(row)]
    assert named == ["all", "unit:pmc", "unit:dm", "unit:kdm", "direction:leisure", "event:quiz-7"]


def test_titles_of_feeds():
    assert ALL.title("") == "Маршрут: мероприятия района"
    assert Feed(FeedKind.UNIT, "pmc").title("ПМЦ") == "Маршрут: ПМЦ"
    assert Feed(FeedKind.EVENT, "quiz-7").title("Квиз") == "Квиз"
    assert Feed(FeedKind.EVENT, "quiz-7").title("") == "Маршрут: мероприятия района"


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ("Концерты, фестивали; ярмарки", "Концерты · фестивали · ярмарки"),
        ("Сквер\\двор", "Сквер · двор"),
        (" Квиз ,; финал, ", "Квиз · финал"),
        (",;\\", "Маршрут: мероприятия района"),
    ],
)
def test_titles_of_feeds_have_nothing_readers_unescape_differently(named: str, title: str):
    assert Feed(FeedKind.EVENT, "quiz-7").title(named) == title


def a_date(
    starts_at: datetime, ends_at: datetime, status: PublicationStatus = PublicationStatus.CONFIRMED, *, postponing: bool = False
) -> SimpleNamespace:
    return SimpleNamespace(status=status, postponing=postponing, starts_at=starts_at, ends_at=ends_at)


def test_shown_window_and_tombstones():
    cancelled, withdrawn = PublicationStatus.CANCELLED, PublicationStatus.WITHDRAWN
    window = Window(date(2026, 6, 1), 90, 400, 30)
    first, end = feed.bounds(window)
    hour, quiz = timedelta(hours=1), Feed(FeedKind.EVENT, "quiz-7")
    assert ALL.shows(window, a_date(first, first + hour))
    assert not ALL.shows(window, a_date(first - hour, first))
    assert ALL.shows(window, a_date(end - hour, end))
    assert not ALL.shows(window, a_date(end, end + hour))
    buried = feed.tombstones_from(window)
    assert not ALL.shows(window, a_date(buried - hour, buried, cancelled))
    assert ALL.shows(window, a_date(buried - hour, buried + timedelta(seconds=1), cancelled))
    assert quiz.shows(window, a_date(buried - hour, buried, cancelled))
    assert not quiz.shows(window, a_date(buried - hour, buried, withdrawn))
    assert quiz.shows(window, a_date(first - hour, first))


def test_date_that_waits_for_its_new_time_stays_however_long_it_takes():
    window, hour = Window(date(2026, 6, 1), 90, 400, 30), timedelta(hours=1)
    first, end = feed.bounds(window)
    long_ago = first - timedelta(days=300)
    assert ALL.shows(window, a_date(long_ago, long_ago + hour, PublicationStatus.POSTPONED))
    assert ALL.shows(window, a_date(long_ago, long_ago + hour, postponing=True))
    assert not ALL.shows(window, a_date(end, end + hour, PublicationStatus.POSTPONED))


def test_a_feed_and_the_database_show_the_same(app: Flask, a_published: Callable[..., int]):
    """Every kind, at every edge of its window and of its tombstones, in every status: raising asks one, building the other."""
    request_id = a_published()
    window = Window(date(2026, 6, 1), 90, 400, 30)
    moment, hour = timedelta(seconds=1), timedelta(hours=1)
    edges = [*feed.bounds(window), feed.tombstones_from(window)]
    spans = [(edge + by, edge + by + hour) for edge in edges for by in (-hour - moment, -hour, -moment, timedelta(0), moment)]

    def answers() -> tuple[list[bool], list[bool]]:
        row = db.session.scalars(select(Publication).where(Publication.request_id == request_id)).one()
        by_feed, by_database = [], []
        for each in feed.gathering(row):
            for status, (row.starts_at, row.ends_at) in product(PublicationStatus, spans):
                row.status = status
                db.session.flush()
                by_feed.append(each.shows(window, row))
                by_database.append(queries.feed_rows(db.session.connection(), each, window) != [])
        return by_feed, by_database

    by_feed, by_database = work.transaction(answers, keep=lambda _: False)
    assert by_feed == by_database
    assert len(by_feed) == len(FeedKind) * len(PublicationStatus) * len(spans)
    assert {*by_feed} == {True, False}


def test_kinds_are_told_apart_in_their_table_alone():
    """The programme names the two kinds it filters by, so that it holds what their feeds hold."""
    room = Path(feed.__file__).parent
    others = [path for path in sorted(room.rglob("*.py")) if path.name not in ("feed.py", "programme.py")]
    assert [(path.name, found) for path in others for found in re.findall(r"FeedKind\.[A-Z]+", path.read_text())] == []


def test_how_far_feeds_reach_is_what_the_window_says():
    day, hour = date(2026, 6, 1), timedelta(hours=1)
    narrow = Window(day, 1, 2, 0)
    assert feed.bounds(narrow) == (datetime(2026, 5, 30, 21, tzinfo=UTC), datetime(2026, 6, 3, 21, tzinfo=UTC))
    assert feed.tombstones_from(narrow) == datetime(2026, 5, 31, 21, tzinfo=UTC)
    over = datetime(2026, 5, 31, 20, tzinfo=UTC)
    assert not ALL.shows(narrow, a_date(over, over + hour, PublicationStatus.CANCELLED))
    assert ALL.shows(replace(narrow, cancelled_days=1), a_date(over, over + hour, PublicationStatus.CANCELLED))


def test_digest_does_not_depend_on_the_order_and_knows_the_way_back():
    one, two = b"BEGIN:VEVENT 1", b"BEGIN:VEVENT 2"
    both = feed.digest_with(feed.NOTHING, taken=[], put=[one, two])
    assert both == feed.digest_with(feed.digest_with(feed.NOTHING, taken=[], put=[two]), taken=[], put=[one])
    assert feed.digest_with(both, taken=[two, one], put=[]) == feed.NOTHING
