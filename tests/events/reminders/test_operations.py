"""The outbox follows the state of requests: what decisions ask for, what time brings, what failures must not break (I11, I12, T22)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from events.approvals import operations as approvals
from events.approvals.models import Review
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import ReviewState, Verdict
from events.foundation import work
from events.foundation.db import db
from events.outbox import operations as outbox
from events.outbox.models import Message
from events.outbox.notice import Notice
from events.outbox.operations import WITHHELD
from events.outbox.queries import ENVELOPE, Entry, Envelope
from events.outbox.vocabulary import ChannelKind, MessageState, Subject
from events.people.models import User
from events.reminders import operations, queries
from events.reminders.operations import Changes
from events.reminders.timetable import Planned
from events.reminders.vocabulary import Kind
from events.requests import lifecycle
from events.requests.models import EventRequest, Involvement
from events.requests.vocabulary import InvolvedBy, Section
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY

Make = Callable[..., EventRequest]
HOUR = timedelta(hours=1)


def submitted(made: EventRequest, by: User, now: datetime) -> int:
    """Hand it in; its id."""
    return work.transaction(
        lambda: approvals.submit(made.id, version=db.session.get_one(EventRequest, made.id).version, confirmed=True, by=by, now=now),
        moment=now,
    ).request_id


def decide(login: User, request_id: int, verdict: Verdict, now: datetime, **more: object) -> None:
    """The person decides the review of a unit of theirs that is open."""

    def act() -> None:
        units = [one.unit_id for one in login.memberships]
        mine = select(Review).where(Review.request_id == request_id, Review.state == ReviewState.OPEN, Review.unit_id.in_(units))
        review = db.session.scalars(mine).one()
        version, no = review.version, review.round.revision.no
        approvals.decide(review.id, verdict=verdict, version=version, revision_no=no, by=login, now=now, **more)  # type: ignore[arg-type]

    work.transaction(act, moment=now)


def messages(*which_states: MessageState) -> list[tuple[str, str, str, str]]:
    """Kind, level, whose and state, by time and id."""
    asked = select(Message, User.email).outerjoin(User, User.id == Message.recipient_id).order_by(Message.due_at, Message.id)
    rows = work.transaction(lambda: db.session.execute(asked).all(), write=False)
    return [
        (one.kind, one.params.get("level", ""), email.split("@")[0], one.state.value)
        for one, email in rows
        if not which_states or one.state in which_states
    ]


def waiting() -> list[tuple[str, str, str]]:
    """What is still to be sent."""
    return [row[:3] for row in messages(MessageState.PENDING)]


def send_due(now: datetime) -> list[tuple[str, str, str]]:
    """Send everything due, as the worker does; what went out."""
    before = messages(MessageState.SENT)

    def take() -> None:
        claimed = outbox.claim(ChannelKind.EMAIL, now=now)
        leaving = queries.still_wanted(claimed, now) & queries.notices(claimed).keys()
        for one in claimed:
            if one.id in leaving:
                outbox.mark_sent(one, now=now)
            else:
                outbox.mark_cancelled(one)

    work.transaction(take, moment=now)
    after = messages(MessageState.SENT)
    for row in before:
        after.remove(row)
    return [row[:3] for row in after]


def test_submission_tells_the_first_stage_and_plans_its_reminders(a_request: Make, cast: Cast, now: datetime):
    submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    assert waiting() == [
        ("assigned", "", "dir_pmc"),
        ("due_soon", "hour", "dir_pmc"),
        ("due", "", "dir_pmc"),
        ("overdue_curator", "", "head_omp"),
    ]


def test_i11_only_unsent_messages_follow_the_state(now: datetime):
    def entry(number: int, key: str, state: MessageState, **changes: object) -> Entry:
        return Entry(number, 5, key, "due", state, now, "", {})._replace(**changes)  # type: ignore[arg-type]

    def planned(number: int, due: datetime) -> Planned:
        return Planned(Kind.DUE, Subject("review", number), 1, ChannelKind.EMAIL, due)

    wanted = {one.key: one for one in (planned(number, now + HOUR) for number in range(1, 9))}
    keys = list(wanted)
    entries = [
        entry(1, keys[0], MessageState.SENT),
        entry(2, keys[1], MessageState.CLAIMED),
        entry(3, keys[2], MessageState.FAILED),
        entry(4, keys[3], MessageState.PENDING),
        entry(5, keys[4], MessageState.PENDING, last_error="ConnectionRefusedError"),
        entry(6, keys[5], MessageState.CANCELLED),
        entry(7, keys[6], MessageState.CANCELLED, last_error=WITHHELD),
        entry(9, "due:review.99::1:email", MessageState.PENDING),
        entry(10, "due:review.98::1:email", MessageState.SENT),
    ]
    ticked = operations.compare(wanted, entries, withheld_again=False)
    assert ticked == Changes([wanted[keys[7]]], [9], {6: wanted[keys[5]]}, {4: wanted[keys[3]]})
    assert operations.compare(wanted, entries, withheld_again=True).revived == {6: wanted[keys[5]], 7: wanted[keys[6]]}


@pytest.mark.parametrize("level", ["", "head"])
def test_a_message_still_waiting_is_planned_anew_for_its_values_alone(now: datetime, level: str):
    one = Planned(Kind.REMARKS_UNANSWERED, Subject("review", 1), 1, ChannelKind.EMAIL, now, level, params={"days": 5})
    kept = {"days": 5, "level": level} if level else {"days": 5}

    def replanned(params: dict[str, Any], error: str = "") -> dict[int, Planned]:
        entry = Entry(4, 5, one.key, one.kind, MessageState.PENDING, now, error, params)
        return operations.compare({one.key: one}, [entry], withheld_again=False).replanned

    assert replanned(kept) == {}
    assert replanned({**kept, "days": 2}) == {4: one}
    assert replanned({**kept, "days": 2}, "ConnectionRefusedError") == {}
    assert replanned({key: value for key, value in kept.items() if key != "days"}) == {4: one}


def test_return_tells_the_author_once_and_resubmission_tells_the_unit_anew(a_request: Make, cast: Cast, now: datetime):
    request_id = submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    send_due(now)
    remark = NewRemark(Section.CONTENT, "Опишите программу по часам")
    decide(cast.dir_pmc, request_id, Verdict.RETURN, now + HOUR, remarks=[remark], reason_code="description")
    assert waiting() == [("returned", "", "spec_pmc")]
    assert send_due(now + HOUR) == [("returned", "", "spec_pmc")]
    envelope = _envelope("returned")
    told = told_by(envelope)
    assert told is not None
    assert [(one.section, one.text) for one in told.remarks] == [(Section.CONTENT, "Опишите программу по часам")]


def test_downtime_is_caught_up_with_one_word_per_matter(a_request: Make, cast: Cast, now: datetime):
    submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    later = now + timedelta(days=10)
    work.transaction(lambda: None, moment=later)
    operations.tick(later)
    assert send_due(later) == [("assigned", "", "dir_pmc"), ("due", "", "dir_pmc"), ("overdue_curator", "", "head_omp")]
    operations.tick(later)
    assert send_due(later) == []


def test_tick_changes_nothing_where_nothing_has_changed(a_request: Make, cast: Cast, now: datetime):
    for _ in range(3):
        submitted(a_request(by=cast.spec_pmc, venue=None), cast.spec_pmc, now)
    assert operations.tick(now) == 0


def test_gathering_asks_as_often_for_three_requests_as_for_one(a_request: Make, cast: Cast, now: datetime, query_count: Callable[..., Any]):
    ids = [submitted(a_request(by=cast.spec_pmc, venue=None), cast.spec_pmc, now) for _ in range(3)]
    counts = []
    for some in (ids[:1], ids):
        with query_count() as asked:
            work.transaction(lambda some=some: queries.wanted(some, now), write=False)
        counts.append(len(asked))
    assert counts == [3, 3]


def test_new_holder_is_told_and_the_one_who_left_is_not(a_request: Make, cast: Cast, now: datetime):
    submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    work.transaction(lambda: db.session.execute(update(User).where(User.email == "dir_pmc@demo.example").values(active=False)))
    assert operations.tick(now) == 1
    assert {row[2] for row in waiting() if row[0] == "orphaned"} == {"head_omp", "spec_omp", "admin"}
    assert not [row for row in waiting() if row[2] == "dir_pmc"]
    assert {row[2] for row in send_due(now)} == {"head_omp", "spec_omp", "admin"}


def test_i11_no_letter_to_someone_who_lost_access(a_request: Make, cast: Cast, now: datetime):
    submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    envelope = _envelope("assigned")
    stranger = cast.stranger.id
    foreign = Envelope(**{**envelope.__dict__, "recipient_id": stranger})
    assert told_by(foreign) is None


def test_i11_farewell_opens_the_door_to_no_other_letter(a_request: Make, cast: Cast, now: datetime):
    """Two people and two requests whose access has ended; each is told of one date called off, and no more."""
    requests = [a_request(by=author, venue=None).id for author in (cast.spec_pmc, cast.spec_dm)]
    people = [cast.spec_pmc.id, cast.spec_dm.id]
    units = [cast.unit(key).id for key in ("pmc", "dm")]

    def let_everybody_in_and_out() -> None:
        for one in requests:
            lifecycle.involve(one, units, InvolvedBy.CO_ORGANIZER, now)
        db.session.execute(update(Involvement).values(until=now))

    work.transaction(let_everybody_in_and_out, moment=now)
    farewells = [_about(1, Kind.DATE_CALLED_OFF, people[0], requests[0]), _about(2, Kind.DATE_CALLED_OFF, people[1], requests[1])]
    others = [
        _about(3, Kind.EVENT_TOMORROW, people[0], requests[0]),
        _about(4, Kind.REMARKS_UNANSWERED, people[1], requests[1]),
        _about(5, Kind.EVENT_TOMORROW, people[0], requests[1]),
        _about(6, Kind.REMARKS_UNANSWERED, people[1], requests[0]),
    ]
    together = work.transaction(lambda: queries.notices([*others, *farewells]), write=False)
    assert {key: told.kind for key, told in together.items()} == {1: "date_called_off", 2: "date_called_off"}


def test_withheld_message_does_not_go_round_in_circles(a_request: Make, cast: Cast, now: datetime):
    submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    [claimed] = work.transaction(lambda: outbox.claim(ChannelKind.EMAIL, now=now))
    work.transaction(lambda: outbox.mark_cancelled(claimed))
    assert operations.tick(now) == 0
    assert ("assigned", "", "dir_pmc", "cancelled") in messages()


def test_failing_reminder_leaves_the_decision_standing_and_is_made_good_by_the_tick(
    a_request: Make, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        broken.setattr(queries, "wanted", lambda *_: 1 / 0)
        request_id = submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    assert messages() == []
    assert work.transaction(lambda: db.session.get_one(EventRequest, request_id).number, write=False) is not None
    assert operations.tick(now) == 1
    assert ("assigned", "", "dir_pmc") in waiting()


def test_request_that_cannot_be_judged_keeps_the_tick_from_no_other(a_request: Make, cast: Cast, now: datetime):
    for author in (cast.spec_pmc, cast.spec_dm):
        submitted(a_request(by=author, venue=None), author, now)
    work.transaction(lambda: (setattr(cast.unit("pmc"), "office_hours", {"weekdays": {}}), db.session.execute(delete(Message))))
    assert operations.tick(now) == 1
    assert {row[2] for row in waiting() if row[0] == "assigned"} == {"dir_dm"}


def test_t22_copy_of_a_request_inherits_no_mark_of_sending(a_request: Make, cast: Cast, now: datetime):
    submitted(a_request(by=cast.spec_pmc, venue=None), cast.spec_pmc, now)
    send_due(now)
    submitted(a_request(by=cast.spec_pmc, venue=None), cast.spec_pmc, now)
    assert send_due(now) == [("assigned", "", "dir_pmc")]


def test_withdrawal_is_told_to_whom_it_was_open(a_request: Make, cast: Cast, now: datetime):
    request_id = submitted(a_request(by=cast.spec_pmc), cast.spec_pmc, now)
    work.transaction(
        lambda: approvals.withdraw(request_id, reason="Перенесли на осень", by=cast.spec_pmc, now=now + HOUR), moment=now + HOUR
    )
    assert waiting() == [("withdrawn", "", "dir_pmc")]
    assert send_due(now + HOUR) == [("withdrawn", "", "dir_pmc")]
    envelope = _envelope("withdrawn")
    told = told_by(envelope)
    assert told is not None
    assert told.reason == "Перенесли на осень"


def test_letters_read_together_say_what_each_says_alone(a_request: Make, cast: Cast, now: datetime):
    """Two returned with remarks and comments, one withdrawn, one waiting."""
    returned, other, withdrawn, _ = (submitted(a_request(by=cast.spec_pmc, venue=None), cast.spec_pmc, now) for _ in range(4))
    for request_id, text in ((returned, "Опишите программу"), (other, "Укажите ведущего")):
        remark = NewRemark(Section.CONTENT, text)
        more = {"remarks": [remark], "reason_code": "description", "comment": f"{text}."}
        decide(cast.dir_pmc, request_id, Verdict.RETURN, now + HOUR, **more)
    work.transaction(lambda: approvals.withdraw(withdrawn, reason="Перенесли", by=cast.spec_pmc, now=now + HOUR), moment=now + HOUR)

    def asked() -> tuple[dict[int, Notice], dict[int, Notice]]:
        envelopes = [Envelope(*row) for row in db.session.execute(select(*ENVELOPE))]
        return queries.notices(envelopes), {key: told for one in envelopes for key, told in queries.notices([one]).items()}

    together, alone = work.transaction(asked, write=False)
    assert together == alone
    assert {one.reason for one in together.values() if one.kind == "returned"} == {"Опишите программу.", "Укажите ведущего."}


def told_by(envelope: Envelope) -> Notice | None:
    """What the message says; None when it must not leave."""
    return work.transaction(lambda: queries.notices([envelope]), write=False).get(envelope.id)


def _about(number: int, kind: Kind, recipient_id: int, request_id: int) -> Envelope:
    """A message about the request to the person, due long ago."""
    params = {"key": "a date", "starts_at": MONDAY.isoformat()}
    return Envelope(
        number, f"{kind}:{number}", kind, recipient_id, "", request_id, "request", request_id, params, MONDAY, 0, None, ChannelKind.EMAIL
    )


def _envelope(kind: str) -> Envelope:
    """The message of that kind."""
    return Envelope(*work.transaction(lambda: db.session.execute(select(*ENVELOPE).where(Message.kind == kind)).one(), write=False))
