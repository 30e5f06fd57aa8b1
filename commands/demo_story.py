"""The demo's history, lived once more: every request is written, handed in and decided by the office's own verbs.

Each plot is a small process that yields the moment of its next act. The moments of all plots run in one order up to now, each
act in a transaction of its own at its own moment, so numbers, deadlines, bookings and the audit are as if they had been lived.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property, partial
from heapq import heapify, heappop, heappush
from random import Random
from typing import Any

from commands.demo_plots import After, Course, Plot, Say, read
from events.approvals import operations as approvals
from events.approvals import planning
from events.approvals import queries as approval_queries
from events.approvals.models import Review
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind, SlotRole, Verdict
from events.calendars import operations as calendars
from events.foundation import work
from events.foundation.place import at_local, local_day
from events.outbox import operations as outbox
from events.people import queries as people
from events.people.models import User
from events.people.queries import Offices
from events.reminders import operations as reminders
from events.requests import operations as requests
from events.requests import queries as request_queries
from events.requests.sections import EMPTY, BudgetLine, Content, Occurrence
from events.requests.vocabulary import IN_FORCE, Section
from events.venues import queries as venues
from events.worktime.hours import Schedule

REACH = timedelta(days=170)
"""How far back the office's history goes; the house is founded before."""
QUARTER = timedelta(minutes=15)
EVENING = timedelta(hours=8)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_MOVES = 21
LATE_REASON = "Дату подтвердили позже обычного: ждали согласия площадки."
NEVER = datetime.max.replace(tzinfo=UTC)
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
    while agenda and agenda[0][0] <= now:
        moment, place, steps = heappop(agenda)
        following = work.transaction(partial(next, steps, None), moment=moment, attempts=1)
        if following is not None:
            heappush(agenda, (max(following, moment), place, steps))
        tell(int((moment - begun) / (now - begun) * 100))
    reminders.tick(now)
    work.transaction(lambda: calendars.daily(now), moment=now)
    work.transaction(lambda: outbox.consider_sent(now), moment=now)


class Office:
    """What all plots share: the present moment, the house by its keys, and working time."""

    def __init__(self, plain: Mapping[str, Any], now: datetime) -> None:
        self.now = now
        self.offices = Offices()
        self.units = {unit.key: unit.id for unit in self.offices.units.values()}
        self.users = {user.email.partition("@")[0]: user.id for user in people.users()}
        self.venues = {venue.key: venue.id for venue in venues.venues()}
        self.templates = {row["key"]: row for row in plain["templates"]}

    @cached_property
    def _quarters(self) -> Sequence[datetime]:
        """Open quarters of an hour of the district, the latest that is over first."""
        schedule = self.offices.district
        found, quarter = [], self.now.replace(minute=self.now.minute // 15 * 15, second=0, microsecond=0) - QUARTER
        while quarter > self.now - REACH:
            if schedule.is_open(quarter) and schedule.is_open(quarter + timedelta(minutes=14)):
                found.append(quarter)
            quarter -= QUARTER
        return found

    def ago(self, hours: float, rng: Random) -> datetime:
        """A moment of office time that many working hours before now."""
        place = min(int(hours * 4), len(self._quarters) - 1)
        return self._quarters[place] + timedelta(seconds=rng.randrange(14 * 60))

    def later(self, moment: datetime, hours: float, unit_id: int | None = None) -> datetime:
        """So many working hours after the moment, of the unit or the district."""
        schedule: Schedule = self.offices.schedule(unit_id) if unit_id else self.offices.district
        return schedule.due(moment, Decimal(str(round(hours, 2))))

    def moment_of(self, on: str, start: str) -> datetime:
        """The moment a plot calls «sat+1» or «+12» at «18:00»; in the evening the story's today is tomorrow, so that it lies ahead."""
        today = local_day(self.now + EVENING)
        if on == "today":
            day = today
        elif on[0] in "+-":
            day = today + timedelta(days=int(on))
        else:
            day = today + timedelta(days=WEEKDAYS.index(on[:3]) - today.weekday() + 7 * int(on[3:]))
        return at_local(day, time.fromisoformat(start))


@dataclass
class Turn:
    """An open review in plain values: whose it is and since when."""

    id: int
    stage: str
    slot: str
    unit_id: int
    role: SlotRole
    opened_at: datetime
    sla_hours: int
    version: int
    revision_no: int


class Life:
    """One request from its first draft to the present."""

    def __init__(self, plot: Plot, office: Office, place: int) -> None:
        self.plot, self.office, self.rng = plot, office, Random(f"marshrut:{place}")
        self.template = office.templates[plot.template]
        lead = self.template["lead"]
        login = plot.author or (f"spec_{lead}" if f"spec_{lead}" in office.users else f"dir_{lead}")
        self.lead_id, self.author_id = office.units[lead], office.users[login]
        self.head_id = office.users[f"dir_{lead}"]
        self.id, self.starts = 0, NEVER

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

    def write(self) -> None:
        """Begin the request from its template and fill in what the author knows."""
        author, now = people.user(self.author_id), work.now()
        made = requests.create(self.lead_id, template_key=self.plot.template, by=author, now=now, demo=True)
        self.id = made.id
        self.save(self.told(request_queries.shown(made).content()), author)

    def told(self, content: Content) -> Content:
        """The template's content with the plot's own words, dates and gaps."""
        plot = self.plot
        changes: dict[str, Any] = {"occurrences": self.dates(content), "responsible_phone": f"+7812000{1000 + self.author_id}"}
        if plot.title:
            changes |= {"title": plot.title}
        if plot.teaser:
            changes |= {"short_desc": plot.teaser, "description": f"{plot.teaser} Подробности расскажет организатор по телефону."}
        written = self.changed(replace(content, **changes), plot.changes)
        return replace(written, **{name: getattr(EMPTY, name) for name in plot.empty})

    def dates(self, content: Content) -> tuple[Occurrence, ...]:
        """One date or several a week apart; a stage or sound needs time before and after."""
        first = self.office.moment_of(self.plot.on, self.plot.start)
        length, around = timedelta(minutes=self.template["duration_min"]), timedelta(hours=1 if content.sound or content.stage else 0)
        starts = [first + timedelta(weeks=week) for week in range(self.plot.dates)]
        return tuple(
            Occurrence(
                requests.new_key(), start, start + length, start - around if around else None, start + length + around if around else None
            )
            for start in starts
        )

    def changed(self, content: Content, changes: Mapping[str, Any]) -> Content:
        """The content with plain values put in; «venue» is a key, «budget» pairs of name and amount."""
        values = dict(changes)
        if "venue" in values:
            values["venue_id"] = self.office.venues[values.pop("venue")]
        if "budget" in values:
            source = content.budget[0].source
            values["budget"] = tuple(BudgetLine(name, Decimal(amount), source) for name, amount in values["budget"])
        return replace(content, **values)

    def save(self, content: Content, by: User) -> None:
        """Keep all sections."""
        event_request = request_queries.visible(self.id, by)
        versions = request_queries.shown(event_request).section_versions
        requests.save(self.id, content, sections=list(Section), versions=versions, by=by, now=work.now())

    def help(self) -> None:
        """A colleague adds a word: from now on this is the colleague's request too."""
        helper = people.user(self.office.users[self.plot.helper])
        content = request_queries.shown(request_queries.visible(self.id, helper)).content()
        self.save(replace(content, comment="Дату с площадкой согласовали по телефону."), helper)

    def hand_in(self) -> None:
        """Submit; a taken venue moves the dates by days, a late submission gets its reason."""
        author, now = people.user(self.author_id), work.now()
        event_request = request_queries.visible(self.id, author)
        before = content = request_queries.shown(event_request).content()
        ahead = planning.preview(event_request, content, now)
        for _ in range(MOST_MOVES):
            if not ahead.clashes:
                break
            content = replace(content, occurrences=tuple(_moved(one, timedelta(days=1)) for one in content.occurrences))
            ahead = planning.preview(event_request, content, now)
        if ahead.late and not content.late_reason:
            content = replace(content, late_reason=LATE_REASON)
        if content != before:
            self.save(content, author)
        self.starts = content.first_start or NEVER
        approvals.submit(self.id, version=event_request.version, confirmed=True, by=author, now=now)

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

    def mend(self, course: Course) -> None:
        """Answer every remark, change what was asked, submit again; «comment» among the changes explains a refusal."""
        author = people.user(self.author_id)
        explained = course.mended.get("comment", "")
        for remark in approval_queries.open_remarks(self.id):
            if remark.answered_at is None:
                text = explained or "Учтено, исправили в этой редакции."
                approvals.answer_remark(remark.id, accepted=not explained, text=text, by=author, now=work.now())
        content = request_queries.shown(request_queries.visible(self.id, author)).content()
        self.save(self.changed(content, course.mended), author)
        self.hand_in()

    def round(self, course: Course) -> Round:
        """Everybody decides in turn; returns the round's outcome, None while someone waits."""
        amending = self.amending()
        while (turns := self.turns()) is not None:
            if course.ended and any(turn.stage != "lead" for turn in turns):
                yield self.office.later(work.now(), 2)
                return self.break_off(course)
            acts = sorted(self.acts(turns, course), key=lambda act: act[0]) or [(NEVER, self.rest)]
            for moment, act in acts:
                if not amending and moment >= self.starts:
                    yield self.starts + timedelta(minutes=1)
                    approvals.pass_time(self.id, work.now())
                    return RoundState.LAPSED
                yield moment
                act()
        return approval_queries.rounds(self.id)[0].state

    def rest(self) -> None:
        """Nobody is left to act: the round waits."""

    def amending(self) -> bool:
        """Whether the open round is about a change to an approved request."""
        round_ = approval_queries.open_round(self.id)
        return round_ is not None and round_.amendment

    def turns(self) -> list[Turn] | None:
        """Open gates; None when the round is over."""
        round_ = approval_queries.open_round(self.id)
        if round_ is None:
            return None
        return [_turn(one) for one in round_.reviews if one.state is ReviewState.OPEN and one.kind is SlotKind.GATE]

    def acts(self, turns: Sequence[Turn], course: Course) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """When each open turn is seen and decided, for all but those who wait or have nobody who may."""
        able = approval_queries.able_deciders(self.id, {turn.unit_id for turn in turns})
        for turn in turns:
            deciders = able[turn.unit_id, turn.role]
            if turn.slot in course.waits or not deciders:
                continue
            user_id = deciders[-1] if turn.role is SlotRole.REVIEWER else deciders[0]
            hours = self.pace(turn, course)
            seen = self.office.later(turn.opened_at, hours * self.rng.uniform(0.4, 0.9), turn.unit_id)
            decided = self.office.later(turn.opened_at, hours, turn.unit_id)
            yield seen, partial(self.see, turn, user_id)
            if course.recalled == turn.slot:
                yield decided - timedelta(minutes=4), partial(self.waver, turn, user_id)
            yield decided, partial(self.decide, turn, user_id, course)

    def pace(self, turn: Turn, course: Course) -> float:
        """Working hours this unit takes."""
        if turn.slot in course.late:
            return turn.sla_hours + self.rng.uniform(1, 6)
        return turn.sla_hours * (self.rng.uniform(0.03, 0.1) if self.plot.brisk else self.rng.uniform(0.15, 0.7))

    def see(self, turn: Turn, user_id: int) -> None:
        """The review is opened and read."""
        user = people.user(user_id)
        approvals.see(turn.id, by=user, now=work.now())
        approvals.count_active(turn.id, self.rng.randrange(40, 300), by=user)

    def waver(self, turn: Turn, user_id: int) -> None:
        """Approve and recall at once, so that the turn is open again under a later version; not if it would close the stage."""
        if len(self.turns() or ()) < 2:
            return
        user = people.user(user_id)
        self.give(turn, user, Verdict.APPROVE)
        turn.version = approvals.recall(turn.id, by=user, now=work.now()).version

    def decide(self, turn: Turn, user_id: int, course: Course) -> None:
        """Decide as the course says."""
        user = people.user(user_id)
        if course.rejected and turn.slot == "deputy-head":
            self.give(turn, user, Verdict.REJECT, comment=course.rejected)
        elif turn.slot in course.returned:
            self.give(turn, user, Verdict.RETURN, course.returned[turn.slot])
        elif turn.slot in course.remarked:
            self.give(turn, user, Verdict.APPROVE_WITH_REMARKS, course.remarked[turn.slot])
        else:
            self.give(turn, user, Verdict.APPROVE)

    def give(self, turn: Turn, user: User, verdict: Verdict, say: Say | None = None, comment: str = "") -> None:
        """The decision itself, on the page as it stood when the stage opened."""
        approvals.decide(
            turn.id,
            verdict=verdict,
            version=turn.version,
            revision_no=turn.revision_no,
            comment=comment,
            remarks=[NewRemark(Section(say.section), say.text)] if say else [],
            reason_code=say.reason if say and verdict is Verdict.RETURN else None,
            by=user,
            now=work.now(),
        )

    def break_off(self, course: Course) -> RoundState:
        """The author takes back or withdraws, or the coordinator stops."""
        author, now = people.user(self.author_id), work.now()
        if course.ended == "stopped":
            approvals.stop(self.id, reason=course.reason, by=people.user(self.office.users["spec_omp"]), now=now)
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
        for review in approval_queries.rounds(self.id)[0].reviews:
            able = approval_queries.able_deciders(self.id, {review.unit_id})[review.unit_id, review.role]
            if review.kind is SlotKind.INFORM and review.state is ReviewState.OPEN and able and self.rng.random() < 0.5:
                approvals.acknowledge(review.id, by=people.user(able[0]), now=work.now())

    def answer(self) -> None:
        """«Учтено»."""
        author = people.user(self.author_id)
        for remark in approval_queries.open_remarks(self.id):
            approvals.answer_remark(remark.id, accepted=True, text="Учтено при подготовке.", by=author, now=work.now())

    def turn_out(self, after: After) -> Steps:
        """A change after approval."""
        author, head, now = people.user(self.author_id), people.user(self.head_id), work.now()
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
        event_request = request_queries.visible(self.id, people.user(self.author_id))
        approved, fates = request_queries.in_force(event_request), request_queries.fates(self.id)
        ends = [one.ends_at for one in approved.occurrences if one.ends_at and one.key not in fates] if approved else []
        return max(ends) if ends and event_request.status in IN_FORCE else None


def _turn(review: Review) -> Turn:
    """The review's plain values, which outlive its transaction."""
    opened = review.opened_at or work.now()
    no = review.round.revision.no
    return Turn(
        review.id, review.stage, review.slot, review.unit_id, SlotRole(review.role), opened, review.sla_hours or 8, review.version, no
    )  # fmt: skip


def _moved(one: Occurrence, by: timedelta) -> Occurrence:
    """The date, later."""
    moments = {name: getattr(one, name) for name in ("starts_at", "ends_at", "setup_from", "teardown_to")}
    return replace(one, **{name: moment + by for name, moment in moments.items() if moment})
