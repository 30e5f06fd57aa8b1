"""The demo's history, lived once more: every request is written, handed in and decided by the office's own verbs.

Each plot is a small process that yields the moment of its next act. The moments of all plots run in one order up to now, each
act in a transaction of its own at its own moment, so numbers, deadlines, bookings and the audit are as if they had been lived.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from typing import Any

import structlog

from commands.demo_author import NEVER, Author
from commands.demo_office import Office
from commands.demo_plots import After, Course, Plot, Say, read
from events.approvals import operations as approvals
from events.approvals import queries as approval_queries
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import Relation, ReviewState, RoundState, SlotKind, SlotRole, Verdict
from events.calendars import operations as calendars
from events.foundation import work
from events.foundation.errors import NotFound, NotNow, NotYours, Refused
from events.outbox import operations as outbox
from events.people import queries as people
from events.people.models import User
from events.reminders import operations as reminders
from events.requests import queries as request_queries
from events.requests.vocabulary import IN_FORCE, Section

_log = structlog.get_logger()

Steps = Generator[datetime, None, None]
Round = Generator[datetime, None, RoundState | None]


def load_story(
    plain: Mapping[str, Any], now: datetime, tell: Callable[[int], None] = lambda percent: None, plots: Sequence[Plot] | None = None
) -> None:
    """Play the plots (all of the story's, unless given) up to `now`; `tell` hears how much of the time has passed, in percent.

    Opens its own transactions. Nobody is written to about this history: messages due before `now` are taken as told
    (`outbox.consider_sent`), while reminders of what lies ahead wait for the worker.
    """
    office = work.transaction(lambda: Office(plain, now), write=False)
    lives = [Life(plot, office, place).lived() for place, plot in enumerate(plots or read())]
    agenda = [(next(steps), place, steps) for place, steps in enumerate(lives)]
    heapify(agenda)
    begun = agenda[0][0]
    with work.put_off(reminders.reconcile) as unreminded:
        while agenda and agenda[0][0] <= now:
            moment, place, steps = heappop(agenda)
            following = _act(steps, moment)
            if following is not None:
                heappush(agenda, (max(following, moment), place, steps))
            tell(int((moment - begun) / (now - begun) * 100))
    for request_id, moment in [(one, moment) for (kind, one), moment in unreminded.items() if kind == "request"]:
        work.transaction(partial(reminders.catch_up, request_id, moment), moment=moment)
    reminders.tick(now)
    work.transaction(lambda: calendars.daily(now), moment=now)
    work.transaction(lambda: outbox.consider_sent(now), moment=now)


def _act(steps: Steps, moment: datetime) -> datetime | None:
    """The next act of a plot, and when the one after it is due; None where the plot is over. It is, too, where somebody who uses the
    house meanwhile was in the way or has taken away what it counts on: the request goes on from there in their hands."""
    try:
        return work.transaction(lambda: next(steps, None), moment=moment, attempts=1)
    except (NotNow, Refused, NotYours, NotFound, LookupError, work.DatabaseError) as error:
        if isinstance(error, work.DatabaseError) and not work.is_transient(error):
            raise
        _log.warning("demo_plot_left", reason=type(error).__name__)
        return None


@dataclass
class OpenReview:
    """An open review in plain values: whose it is and since when."""

    id: int
    stage: str
    slot: str
    unit_id: int
    relation: Relation | None
    role: SlotRole
    opened_at: datetime
    sla_hours: int
    version: int
    revision_no: int
    amendment: bool
    """Whether the round is about a change to an approved request."""


class Life(Author):
    """One request from its first draft to the present."""

    def lived(self) -> Steps:
        """Every act in its order; what comes after a yield happens at the moment it named, in a transaction of its own."""
        submitted = self.office.ago((self.plot.submitted or 0) * 8, self.rng)
        if self.plot.submitted is None:
            yield self.office.ago(self.rng.uniform(3, 40), self.rng)
            self.write()
            return
        yield self.office.ago(self.plot.submitted * 8 + self.rng.uniform(2, 10), self.rng)
        self.write()
        if self.plot.helper:
            yield submitted - timedelta(minutes=20)
            self.help()
        yield submitted
        self.hand_in()
        outcome = yield from self.rounds(self.plot.courses)
        if outcome is RoundState.APPROVED:
            yield from self.approved()

    def rounds(self, courses: Sequence[Course]) -> Round:
        """Round after round as long as the author mends; returns how the last one ended, None while it is open."""
        outcome: RoundState | None = None
        for number, course in enumerate(courses):
            if number:
                yield self.office.later(work.now(), self.rng.uniform(3, 8))
                if self.starts <= work.now() + timedelta(days=1):
                    return outcome
                self.mend(course)
            outcome = yield from self.round(course)
            if outcome is not RoundState.RETURNED:
                return outcome
        return outcome

    def round(self, course: Course) -> Round:
        """Everybody decides in turn; returns the round's outcome, None while someone waits."""
        while (reviews := self.reviews()) is not None:
            if course.ended and any(review.relation is not Relation.LEAD for review in reviews):
                yield self.office.later(work.now(), 2)
                return self.break_off(course)
            acts = sorted(self.acts(reviews, course), key=lambda act: act[0]) or [(NEVER, self.rest)]
            for moment, act in acts:
                if moment >= self.starts and not any(review.amendment for review in reviews):
                    yield self.starts + timedelta(minutes=1)
                    approvals.pass_time(self.id, work.now())
                    return RoundState.LAPSED
                yield moment
                act()
        return approval_queries.last_round_state(self.id)

    def rest(self) -> None:
        """Nobody is left to act: the round waits."""

    def reviews(self) -> list[OpenReview] | None:
        """Open gates; None when the round is over."""
        gates = approval_queries.open_gates(self.id)
        return None if gates is None else [OpenReview(**one._asdict()) for one in gates]

    def acts(self, reviews: Sequence[OpenReview], course: Course) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """When each open review is seen and decided, for all but those who wait or have nobody who may."""
        able = approval_queries.able_deciders(self.id, {review.unit_id for review in reviews})
        for review in reviews:
            deciders = able[review.unit_id, review.role]
            if review.slot in course.waits or not deciders:
                continue
            user_id = deciders[-1] if review.role is SlotRole.REVIEWER else deciders[0]
            hours = self.pace(review, course)
            seen = self.office.later(review.opened_at, hours * self.rng.uniform(0.4, 0.9), review.unit_id)
            decided = self.office.later(review.opened_at, hours, review.unit_id)
            yield seen, partial(self.see, review, user_id)
            if course.recalled == review.slot:
                yield decided - timedelta(minutes=4), partial(self.waver, review, user_id)
            yield decided, partial(self.decide, review, user_id, course)

    def pace(self, review: OpenReview, course: Course) -> float:
        """Working hours this unit takes."""
        if review.slot in course.late:
            return review.sla_hours + self.rng.uniform(1, 6)
        return review.sla_hours * (self.rng.uniform(0.03, 0.1) if self.plot.brisk else self.rng.uniform(0.15, 0.7))

    def see(self, review: OpenReview, user_id: int) -> None:
        """The review is opened and read."""
        user = people.person(user_id)
        approvals.see(review.id, by=user, now=work.now())
        approvals.count_active(review.id, self.rng.randrange(40, 300), by=user)

    def waver(self, review: OpenReview, user_id: int) -> None:
        """Approve and recall at once, so that the review is open again under a later version; not if it would close the stage."""
        if len(self.reviews() or ()) < 2:
            return
        user = people.person(user_id)
        self.give(review, user, Verdict.APPROVE)
        review.version = approvals.recall(review.id, by=user, now=work.now()).version

    def decide(self, review: OpenReview, user_id: int, course: Course) -> None:
        user = people.person(user_id)
        if course.rejected and review.slot == "deputy-head":
            self.give(review, user, Verdict.REJECT, comment=course.rejected)
        elif review.slot in course.returned:
            self.give(review, user, Verdict.RETURN, course.returned[review.slot])
        elif review.slot in course.remarked:
            self.give(review, user, Verdict.APPROVE_WITH_REMARKS, course.remarked[review.slot])
        else:
            self.give(review, user, Verdict.APPROVE)

    def give(self, review: OpenReview, user: User, verdict: Verdict, say: Say | None = None, comment: str = "") -> None:
        """The decision itself, on the page as it stood when the stage opened."""
        approvals.decide(
            review.id,
            verdict=verdict,
            version=review.version,
            revision_no=review.revision_no,
            comment=comment,
            remarks=[NewRemark(Section(say.section), say.text)] if say else [],
            reason_code=say.reason if say and verdict is Verdict.RETURN else None,
            by=user,
            now=work.now(),
        )

    def break_off(self, course: Course) -> RoundState:
        """The author takes back or withdraws, or the coordinator stops."""
        author, now = people.person(self.author_id), work.now()
        if course.ended == "stopped":
            approvals.stop(self.id, reason=course.reason, by=people.person(self.office.users["spec_omp"]), now=now)
            return RoundState.RETURNED
        if course.ended == "taken_back":
            approvals.take_back(self.id, by=author, now=now)
            return RoundState.TAKEN_BACK
        approvals.withdraw(self.id, reason=course.reason, by=author, now=now)
        return RoundState.WITHDRAWN

    def approved(self) -> Steps:
        """What follows an approval: the press takes note, remarks are answered, plans change, and in the end it is held."""
        yield self.office.later(work.now(), self.rng.uniform(1, 5))
        self.take_note()
        if self.plot.answers:
            yield self.office.later(work.now(), self.rng.uniform(2, 10))
            self.answer()
        for after in self.plot.after:
            yield self.office.later(work.now(), after.hours)
            yield from self.turn_out(after)
        over = self.over()
        if over is not None:
            yield over + timedelta(minutes=3)
            approvals.pass_time(self.id, work.now())

    def take_note(self) -> None:
        """Half of those who are only told say that they have read it."""
        reviews = approval_queries.rounds(self.id)[0].reviews
        deciders = approval_queries.able_deciders(self.id, {review.unit_id for review in reviews})
        for review in reviews:
            able = deciders[review.unit_id, review.role]
            if review.kind is SlotKind.INFORM and review.state is ReviewState.OPEN and able and self.rng.random() < 0.5:
                approvals.acknowledge(review.id, by=people.person(able[0]), now=work.now())

    def answer(self) -> None:
        """«Учтено»."""
        author = people.person(self.author_id)
        for remark in approval_queries.open_remarks(self.id):
            approvals.answer_remark(remark.id, accepted=True, text="Учтено при подготовке.", by=author, now=work.now())

    def turn_out(self, after: After) -> Steps:
        """A change after approval."""
        author, head, now = people.person(self.author_id), people.person(self.head_id), work.now()
        approved = request_queries.in_force(request_queries.visible(self.id, author))
        keys = [one.key for one in approved.occurrences] if approved else []
        if after.act == "cancel":
            approvals.cancel(self.id, reason=after.reason, by=author, now=now)
        elif after.act == "cancel_date":
            approvals.cancel(self.id, reason=after.reason, occurrence_key=keys[after.date], by=author, now=now)
        elif after.act == "postpone_date":
            approvals.postpone(self.id, occurrence_key=keys[after.date], reason=after.reason, by=head, now=now)
        elif after.act == "postpone":
            approvals.postpone(self.id, occurrence_key=None, reason=after.reason, by=head, now=now)
        else:
            approvals.amend(self.id, by=author, now=now)
            content = request_queries.shown(request_queries.visible(self.id, author)).content()
            self.save(self.changed(content, after.changes), author)
        if after.courses:
            yield self.office.later(now, 1)
            self.hand_in()
            yield from self.rounds(after.courses)

    def over(self) -> datetime | None:
        """When the last date of an approved event that still stands ends."""
        event_request = request_queries.visible(self.id, people.person(self.author_id))
        approved, fates = request_queries.in_force(event_request), request_queries.fates(self.id)
        ends = [one.ends_at for one in approved.occurrences if one.ends_at and one.key not in fates] if approved else []
        return max(ends) if ends and event_request.status in IN_FORCE else None
