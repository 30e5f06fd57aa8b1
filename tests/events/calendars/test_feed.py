"""A feed as a value: its text, what it gathers, its window, its name, its digest (calendar.md 6, 9, 14)."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from events.calendars import feed
from events.calendars.feed import ALL, KINDS, Feed, FeedKind
from events.calendars.models import Publication
from events.calendars.vocabulary import PublicationStatus


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
    row = SimpleNamespace(unit_key="pmc", direction="leisure", slug="quiz-7")
    assert [str(one) for one in feed.gathering(row)] == ["all", "unit:pmc", "direction:leisure", "event:quiz-7"]
    assert {one.column for one in KINDS.values() if one.column} <= set(Publication.__table__.columns.keys())


def test_titles_of_feeds():
    assert ALL.title("") == "Маршрут: мероприятия района"
    assert Feed(FeedKind.UNIT, "pmc").title("ПМЦ") == "Маршрут: ПМЦ"
    assert Feed(FeedKind.EVENT, "quiz-7").title("Квиз") == "Квиз"
    assert Feed(FeedKind.EVENT, "quiz-7").title("") == "Маршрут: мероприятия района"


def test_shown_window_and_tombstones():
    day = date(2026, 6, 1)
    confirmed, cancelled, withdrawn = PublicationStatus.CONFIRMED, PublicationStatus.CANCELLED, PublicationStatus.WITHDRAWN
    first, end = feed.bounds(day)
    hour, quiz = timedelta(hours=1), Feed(FeedKind.EVENT, "quiz-7")
    assert ALL.shows(day, confirmed, first, first + hour)
    assert not ALL.shows(day, confirmed, first - hour, first)
    assert ALL.shows(day, confirmed, end - hour, end)
    assert not ALL.shows(day, confirmed, end, end + hour)
    buried = feed.tombstones_from(day)
    assert not ALL.shows(day, cancelled, buried - hour, buried)
    assert ALL.shows(day, cancelled, buried - hour, buried + timedelta(seconds=1))
    assert quiz.shows(day, cancelled, buried - hour, buried)
    assert not quiz.shows(day, withdrawn, buried - hour, buried)
    assert quiz.shows(day, confirmed, first - hour, first)


def test_digest_does_not_depend_on_the_order_and_knows_the_way_back():
    one, two = b"BEGIN:VEVENT 1", b"BEGIN:VEVENT 2"
    both = feed.digest_with(feed.NOTHING, taken=[], put=[one, two])
    assert both == feed.digest_with(feed.digest_with(feed.NOTHING, taken=[], put=[two]), taken=[], put=[one])
    assert feed.digest_with(both, taken=[two, one], put=[]) == feed.NOTHING
