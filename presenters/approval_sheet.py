"""«Лист согласования»: who decided what and when, round by round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.approvals.models import Review, Round
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind
from events.foundation.text import Name, Phrase
from events.people.models import User
from events.people.queries import Offices
from presenters.remarks import RemarkShown, remark_shown
from presenters.reviews import acting, standing_word
from presenters.rounds import round_name
from presenters.working_time import time_taken


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One review that took part."""

    unit: Name
    person: User | None
    acting: Phrase | None
    received: datetime | None
    word: Phrase
    decided: datetime | None
    took: Phrase | None
    remarks: tuple[RemarkShown, ...]


@dataclass(frozen=True, slots=True)
class SheetRound:
    """A round as a table, in the order of the route; `revision` is the number of what was looked at."""

    title: Phrase
    revision: int
    rows: tuple[SheetRow, ...]


def sheet_round(round_: Round, offices: Offices, answered: Mapping[int, str], *, hides: bool) -> SheetRound:
    """The round. `answered`: names of those who answered remarks; `hides`: remarks not released yet are left out."""
    asked = [one for one in round_.reviews if one.opened_at is not None or one.state is ReviewState.CARRIED]
    return SheetRound(round_name(round_), round_.revision.no, tuple(_row(one, offices, answered, hides=hides) for one in asked))


def final_approvals(rounds: Sequence[Round]) -> tuple[Review, ...]:
    """The final approvals given in the newest approved round."""
    confirmed = [one for round_ in rounds if round_.state is RoundState.APPROVED for one in round_.reviews if _confirms(one)]
    return tuple(one for one in confirmed if one.round is confirmed[0].round)


def _confirms(review: Review) -> bool:
    """A final approval that was given."""
    return review.confirming and review.kind is SlotKind.GATE and review.verdict is not None and review.verdict.positive


def _row(review: Review, offices: Offices, answered: Mapping[int, str], *, hides: bool) -> SheetRow:
    time = time_taken(review, offices)
    return SheetRow(
        unit=review.unit.called_at(review.decided_at or review.round.closed_at),
        person=review.decided_by,
        acting=acting(review),
        received=review.opened_at,
        word=standing_word(review),
        decided=review.decided_at,
        took=time.phrase if time else None,
        remarks=tuple(remark_shown(one, offices, answered) for one in review.remarks if one.released or not hides),
    )
