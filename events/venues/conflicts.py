"""Whether times of one venue clash, pure. Intervals are half-open [start, end): touching is allowed (I10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, order=True)
class Span:
    """A venue taken from `start` to `end` (UTC), buffers included."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share any moment."""
        return self.start < other.end and other.start < self.end


def full(wanted: Span, taken: Iterable[Span], most: int = 1) -> bool:
    """Whether at some moment of `wanted` the venue has its `most` events already."""
    within = [one for one in taken if one.overlaps(wanted)]
    if most == 1 or len(within) < most:
        return len(within) >= most
    moments = {max(one.start, wanted.start) for one in within}
    return any(sum(one.start <= moment < one.end for one in within) >= most for moment in moments)


def narrowed(wanted: Span, core: Span, taken: Sequence[Span], most: int = 1) -> Span:
    """`wanted` without the buffers around its `core` that others have taken since."""
    before, after = Span(wanted.start, core.start), Span(core.end, wanted.end)
    starts = core.start if before.start < before.end and full(before, taken, most) else wanted.start
    ends = core.end if after.start < after.end and full(after, taken, most) else wanted.end
    return Span(starts, ends)


def without(wanted: Span, taken: Iterable[Span]) -> tuple[Span, ...]:
    """What remains of `wanted` once `taken` is cut out: a request holds only what it does not hold already."""
    left = [wanted]
    for other in sorted(taken):
        left = [piece for one in left for piece in _cut(one, other)]
    return tuple(left)


def alternatives(
    wanted: Span,
    taken: Sequence[Span],
    *,
    most_at_once: int = 1,
    step: timedelta = timedelta(minutes=30),
    reach: timedelta,
    most: int = 3,
) -> tuple[Span, ...]:
    """The nearest free starts around `wanted`, same length, at most `reach` away, nearest first."""
    found: list[Span] = []
    offset = step
    while offset <= reach and len(found) < most:
        for shift in (-offset, offset):
            moved = Span(wanted.start + shift, wanted.end + shift)
            if not full(moved, taken, most_at_once):
                found.append(moved)
        offset += step
    return tuple(found[:most])


def _cut(one: Span, other: Span) -> tuple[Span, ...]:
    """`one` without `other`: nothing, one piece or two."""
    if not one.overlaps(other):
        return (one,)
    before = (Span(one.start, other.start),) if one.start < other.start else ()
    after = (Span(other.end, one.end),) if other.end < one.end else ()
    return before + after
