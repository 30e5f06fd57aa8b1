"""The way of a request through its stages, as a picture draws it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.approvals import queries, route
from events.approvals.models import Review, Round
from events.approvals.route import Plan, PlannedSlot, PlannedStage
from events.approvals.vocabulary import ReviewState, RoundState, RuleKind, SlotKind, StageState
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from presenters.phrases import Words
from presenters.reasons import said
from presenters.reviews import acting, standing, standing_word, why
from presenters.tables.reviews import KINDS, STANDINGS, ReviewStanding
from presenters.tables.rounds import ROUNDS
from presenters.tables.stages import STAGES
from presenters.working_time import due_words, time_left, time_taken


@dataclass(frozen=True, slots=True)
class StageReview:
    """One review of a stage. `time`: what is left or was taken, `share` its percent of what was given; `person`: a full name.

    `mine`: the reader decides here, on the page of `review_id`.
    """

    unit: Words
    word: Words
    tone: str
    glyph: str
    kind: SlotKind = SlotKind.GATE
    beside: Words | None = None
    role: Words | None = None
    person: str | None = None
    acting: Words | None = None
    time: Words | None = None
    share: int | None = None
    overdue: bool = False
    reasons: tuple[Words, ...] = ()
    review_id: int | None = None

    @property
    def mine(self) -> bool:
        """Whether the reader decides here."""
        return self.review_id is not None

    @property
    def aside(self) -> bool:
        """Whether nothing waits for its answer."""
        return self.kind is not SlotKind.GATE


@dataclass(frozen=True, slots=True)
class Stage:
    """A station: `word` says its state, `rule` how many are enough, `reasons` why it is not required; `due`, in words, and `due_at`
    while it is open."""

    title: Words
    word: Words
    look: str
    glyph: str
    reviews: tuple[StageReview, ...] = ()
    rule: Phrase | None = None
    reasons: tuple[Words, ...] = ()
    due: Phrase | None = None
    due_at: datetime | None = None

    @property
    def current(self) -> bool:
        """Whether the request is here."""
        return self.look == STAGES[StageState.OPEN].look


def stage_in(state: StageState, title: Words, reviews: Iterable[StageReview] = (), word: Words | None = None) -> Stage:
    """A station in that state; `word` instead of the usual one."""
    words = STAGES[state]
    return Stage(title, word or words.word, words.look, words.glyph, tuple(reviews))


def review_in(state: ReviewStanding, unit: Words, kind: SlotKind, reasons: tuple[Words, ...], word: Words | None = None) -> StageReview:
    """A review that only stands so, without a person or a time."""
    words = STANDINGS[state]
    return StageReview(
        unit, word or words.word, words.tone, words.glyph, kind, _beside(kind, state), reasons=reasons
    )  # fmt: skip


def route_picture(
    round_: Round, offices: Offices, now: datetime, *, names: Mapping[int, tuple[str, ...]], mine: Iterable[int] = ()
) -> tuple[Stage, ...]:
    """The stages of a round. `names`: who may decide, by review id; `mine`: the reader's reviews."""
    plan = Plan.from_plain(round_.plan)
    states = route.progress(plan, queries.review_facts(round_.reviews), now=now).states
    reviews = {(one.stage, one.slot, one.unit_id): one for one in round_.reviews}
    own = frozenset(mine)
    return tuple(_stage(round_, stage, states[stage.key], reviews, offices, now, names, own) for stage in plan.stages)


def _stage(
    round_: Round,
    stage: PlannedStage,
    state: StageState,
    reviews: Mapping[tuple[str, str, int], Review],
    offices: Offices,
    now: datetime,
    names: Mapping[int, tuple[str, ...]],
    mine: frozenset[int],
) -> Stage:
    asked = [(reviews[stage.key, slot.key, slot.unit], slot) for slot in stage.slots if (stage.key, slot.key, slot.unit) in reviews]
    dues = [one.due_at for one, _ in asked if one.state is ReviewState.OPEN and one.kind is SlotKind.GATE and one.due_at]
    ended = ROUNDS[round_.state]
    stands = StageState.WAITING if state is StageState.OPEN and round_.state is not RoundState.OPEN else state
    if stands is StageState.WAITING and ended.unreached is not None:
        stands = StageState.NOT_REQUIRED
    words = STAGES[stands]
    ahead = state is StageState.WAITING and ended.to_mend is not None
    return Stage(
        title=stage.called,
        word=_stage_word(round_, stage, state) or words.word,
        look=words.look,
        glyph=words.glyph,
        reviews=tuple(_review(one, slot, offices, now, names.get(one.id, ()), mine=one.id in mine, ahead=ahead) for one, slot in asked),
        rule=_rule(stage),
        reasons=() if stage.slots else tuple(said(one) for one in stage.skipped[1:]),
        due=due_words(max(dues), now) if dues else None,
        due_at=max(dues, default=None),
    )


def _stage_word(round_: Round, stage: PlannedStage, state: StageState) -> Words | None:
    """Words of its own: why a stage is not required, how a round ended in it."""
    if not stage.slots and stage.skipped:
        return said(stage.skipped[0])
    if state is StageState.WAITING:
        return ROUNDS[round_.state].unreached
    return ROUNDS[round_.state].stage if state in (StageState.RETURNED, StageState.OPEN) else None


def _review(
    review: Review, slot: PlannedSlot, offices: Offices, now: datetime, names: Sequence[str], *, mine: bool, ahead: bool
) -> StageReview:
    """`ahead`: the request comes here again when it is mended, so what was released in this round, or passed by, waits as before."""
    left = time_left(review, offices, now) if review.state is ReviewState.OPEN else None
    time = left or (time_taken(review, offices) if review.state is not ReviewState.OPEN else None)
    waits = ahead and review.state in (ReviewState.REVOKED, ReviewState.LAPSED)
    state = ReviewStanding.WAITING if waits else standing(review)
    return StageReview(
        unit=offices.units[review.unit_id].called,
        word=STANDINGS[state].word if waits else standing_word(review),
        tone=STANDINGS[state].tone,
        glyph=STANDINGS[state].glyph,
        kind=review.kind,
        beside=_beside(review.kind, state),
        role=slot.noted if slot.note else None,
        person=review.decided_by.full_name if review.decided_by else names[0] if names else None,
        acting=acting(review),
        time=time.phrase if time else None,
        share=time.share if time else None,
        overdue=left.overdue if left else False,
        reasons=why(slot),
        review_id=review.id if mine else None,
    )


def _beside(kind: SlotKind, state: ReviewStanding) -> Phrase | None:
    """What the unit is asked for, where its state does not say so."""
    return None if state is ReviewStanding.INFORMED else KINDS[kind].beside


def _rule(stage: PlannedStage) -> Phrase | None:
    """How many have to agree, where it is not all."""
    gates = len(stage.ids(SlotKind.GATE))
    if stage.rule.kind is RuleKind.ALL or gates < 2:
        return None
    needed = stage.rule.needed(gates)
    return N_("%(n)s of %(gates)s is enough", "%(n)s of %(gates)s are enough", n=needed, gates=gates)
