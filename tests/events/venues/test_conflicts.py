"""Times of one venue: what clashes, what remains of a wish, which free times lie near. Half-open, so touching is allowed."""

from datetime import UTC, datetime, timedelta

import pytest

from events.venues.conflicts import Span, alternatives, full, narrowed, without

DAY = datetime(2026, 7, 10, tzinfo=UTC)


def span(start: float, end: float) -> Span:
    """Hours of one day."""
    return Span(DAY + timedelta(hours=start), DAY + timedelta(hours=end))


SECOND = 1 / 3600


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [(8, 10, False), (8, 10 + SECOND, True), (10, 12, True), (10.5, 11, True), (9, 13, True), (12 - SECOND, 14, True), (12, 14, False)],
)
def test_spans_that_only_touch_do_not_overlap(start: float, end: float, clashes: bool) -> None:
    assert span(start, end).overlaps(span(10, 12)) is clashes
    assert span(10, 12).overlaps(span(start, end)) is clashes


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(10, 14)]),
        ([(8, 10), (14, 16)], [(10, 14)]),
        ([(10, 14)], []),
        ([(9, 15)], []),
        ([(9, 11)], [(11, 14)]),
        ([(13, 15)], [(10, 13)]),
        ([(11, 12)], [(10, 11), (12, 14)]),
        ([(12, 13), (10.5, 11)], [(10, 10.5), (11, 12), (13, 14)]),
        ([(10, 12), (11, 13)], [(13, 14)]),
        ([(10, 12), (12, 14)], []),
    ],
)
def test_what_remains_of_a_wish(taken: list[tuple[float, float]], left: list[tuple[float, float]]) -> None:
    assert without(span(10, 14), [span(*one) for one in taken]) == tuple(span(*one) for one in left)


def offered(*taken: tuple[float, float], reach: float = 6, **more: int) -> list[Span]:
    """Free times near 10 to 12."""
    return list(alternatives(span(10, 12), [span(*one) for one in taken], reach=timedelta(hours=reach), **more))


def test_nearest_free_times_come_first_and_the_earlier_of_two_equally_near() -> None:
    assert offered((10, 12)) == [span(8, 10), span(12, 14), span(7.5, 9.5)]
    assert offered((9, 11)) == [span(11, 13), span(11.5, 13.5), span(12, 14)]
    assert offered((10, 12), most=1) == [span(8, 10)]


def test_a_free_time_may_fill_a_gap_to_the_minute_and_no_shorter_one() -> None:
    assert offered((4, 13), (15, 24)) == [span(13, 15)]
    assert offered((4, 13), (15 - SECOND, 24)) == []


def test_free_times_end_at_the_reach() -> None:
    assert offered((0, 16), reach=6) == [span(16, 18)]
    assert offered((0, 16), reach=5.5) == []


@pytest.mark.parametrize(
    ("taken", "most", "is_full"),
    [
        ([(8, 10), (12, 14)], 1, False),
        ([(11, 13)], 1, True),
        ([(11, 13)], 2, False),
        ([(10, 11), (11, 12)], 2, False),  # one after the other
        ([(10, 11.5), (11, 12)], 2, True),
        ([(8, 20), (9, 20)], 2, True),
        ([(8, 20), (9, 20)], 3, False),
    ],
)
def test_a_venue_is_full_where_it_has_at_some_moment_what_it_takes(taken: list[tuple[float, float]], most: int, is_full: bool) -> None:
    assert full(span(10, 12), [span(*one) for one in taken], most) is is_full


def test_buffers_that_others_have_taken_are_let_go() -> None:
    wide, core = span(9, 13), span(10, 12)
    assert narrowed(wide, core, []) == wide
    assert narrowed(wide, core, [span(8, 9.5)]) == span(10, 13)
    assert narrowed(wide, core, [span(8, 9.5), span(12.5, 14)]) == core
    assert narrowed(wide, core, [span(8, 9.5)], most=2) == wide
