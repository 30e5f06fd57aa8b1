"""The demo: it loads into an empty database by the office's own verbs, and what it brings is whole and true."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from commands import demo, demo_plots, demo_story
from events.approvals import operations as deciding
from events.approvals import planning, route
from events.approvals import queries as approvals
from events.approvals.facts import facts
from events.approvals.models import Decision, Remark, Review, Round
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind, SlotRole, Verdict
from events.audit import operations as audit
from events.audit.models import AuditEntry
from events.beginning import example
from events.calendars.models import Publication
from events.demo import queries as plays
from events.district import queries as district
from events.foundation import work
from events.foundation.db import db
from events.foundation.errors import NotFound, NotNow, NotYours, Refused
from events.foundation.place import local, local_day
from events.foundation.text import N_
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people import operations as accounts
from events.people import queries as people
from events.people.models import Unit, User
from events.reminders import operations as reminders
from events.requests import operations as requests
from events.requests import rules
from events.requests.fields import Content, Occurrence, new_key
from events.requests.models import Authorship, EventRequest, Involvement, OccurrenceFate, Revision
from events.requests.vocabulary import AuthorHow, InvolvedBy, OccurrenceMark, RequestStatus, RevisionState
from events.venues import queries as venues
from events.worktime import queries as worktime
from tests.fixtures import replay
from tests.fixtures.application import demo_house, demo_told
from tests.fixtures.moments import MONDAY

REACHABLE = frozenset(RequestStatus) - {RequestStatus.REPORTED, RequestStatus.CLOSED}
"""Reports come with a later issue."""
FIRST = datetime(2026, 8, 15, 9, 0, tzinfo=UTC)
"""Saturday 15 August 2026, 12:00 in Moscow."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[Flask]:
    """The whole demo on SQLite, loaded by the command at MONDAY; its tests only read."""
    with demo_house(tmp_path_factory.mktemp("demo"), run_folder) as application:
        yield application


def test_the_command_names_the_accounts(loaded: Flask, run_folder: Path) -> None:
    assert "spec_pmc@demo.example" in demo_told(run_folder)
    assert "marshrut-demo" in demo_told(run_folder)


def test_every_status_there_can_be_is_present(loaded: Flask) -> None:
    counted = dict(db.session.execute(select(EventRequest.status, func.count()).group_by(EventRequest.status)).all())
    assert frozenset(counted) == REACHABLE
    assert 55 <= sum(counted.values()) <= 75
    assert db.session.scalars(select(EventRequest.demo).distinct()).all() == [True]


def test_the_audit_of_the_story_holds_and_runs_forward(loaded: Flask) -> None:
    verdict = work.transaction(audit.verify, write=False)
    assert verdict.holds
    moments = db.session.scalars(select(AuditEntry.at).order_by(AuditEntry.seq)).all()
    assert list(moments) == sorted(moments)
    assert moments[-1] <= MONDAY


def test_i9_replay_of_the_whole_story_gives_the_tables(loaded: Flask) -> None:
    assert replay.differences() == {}


def test_nobody_decided_on_an_own_request_nor_in_the_future(loaded: Flask) -> None:
    own = (
        select(Decision.id)
        .join(Authorship, (Authorship.request_id == Decision.request_id) & (Authorship.user_id == Decision.decided_by_id))
        .where(Decision.decided_at >= Authorship.at)
    )
    assert db.session.scalars(own).all() == []
    assert db.session.scalar(select(func.max(Decision.decided_at))) <= MONDAY


def test_decisions_were_made_in_office_hours(loaded: Flask) -> None:
    offices = people.Offices()
    rows = db.session.execute(select(Review.unit_id, Decision.decided_at).join(Decision, Decision.review_id == Review.id)).all()
    outside = [
        local(row.decided_at)
        for row in rows
        if not offices.schedule(row.unit_id).is_open(row.decided_at - timedelta(minutes=5))
        and not offices.schedule(row.unit_id).is_open(row.decided_at)
    ]
    assert outside == []


def test_every_special_case_of_the_story_is_there(loaded: Flask) -> None:
    now, open_gates = MONDAY, select(Review).where(Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE)
    stages = {one.stage for one in db.session.scalars(open_gates)}
    assert {"lead", "co-organizers", "departments", "deputy-head", "head"} <= stages
    assert db.session.scalars(open_gates.where(Review.due_at < now)).first(), "an overdue review"
    assert db.session.scalars(open_gates.where(Review.orphaned)).first(), "a review nobody may decide"
    carried = select(Review).join(Round).where(Review.state == ReviewState.CARRIED, Round.state == RoundState.OPEN, Round.no == 2)
    assert db.session.scalars(carried).first(), "a second round with agreements carried over"
    assert db.session.scalars(select(Remark).where(Remark.released, Remark.answered_at.is_(None))).first(), "remarks unanswered"
    assert db.session.scalars(select(Revision).where(Revision.state == RevisionState.SUPERSEDED)).first(), "an approved amendment"
    assert db.session.scalars(select(Round).where(Round.amendment, Round.state == RoundState.OPEN)).first(), "an amendment in review"
    assert db.session.scalars(select(EventRequest).where(EventRequest.postponing)).first(), "an event being moved"
    assert set(db.session.scalars(select(OccurrenceFate.mark))) == set(OccurrenceMark)
    assert {RoundState.LAPSED, RoundState.TAKEN_BACK, RoundState.REJECTED, RoundState.WITHDRAWN} <= set(
        db.session.scalars(select(Round.state))
    )
    assert db.session.scalars(select(Decision).where(Decision.recalled_at.is_not(None))).first(), "a decision recalled"
    assert max(len(one.title) for one in db.session.scalars(select(EventRequest))) > 120


def test_a_draft_meets_a_taken_venue_and_another_the_evening_limit(loaded: Flask) -> None:
    drafts = db.session.scalars(select(EventRequest).where(EventRequest.status == RequestStatus.DRAFT)).all()
    ahead = [planning.preview(one, one.revisions[-1].content(), MONDAY) for one in drafts]
    assert any(one.clashes for one in ahead)
    found = {
        finding.field
        for draft, one in zip(drafts, ahead, strict=True)
        for finding in rules.problems(draft.revisions[-1].content(), one.around)
    }
    assert {"escort", "age_mark"} <= found


def test_the_programme_is_lively_and_old_mail_is_not_sent(loaded: Flask) -> None:
    days = {local_day(moment) for moment in db.session.scalars(select(Publication.starts_at))}
    today = local_day(MONDAY)
    weekend = [today + timedelta(days=5), today + timedelta(days=6)]
    assert {today, *weekend} <= days
    waiting = select(Message).where(Message.state == MessageState.PENDING)
    assert db.session.scalars(waiting.where(Message.due_at < MONDAY)).all() == []
    assert db.session.scalars(waiting).first(), "reminders of what lies ahead"


def test_the_outbox_is_as_if_every_letter_had_been_planned_in_its_time(loaded: Flask) -> None:
    assert reminders.tick(MONDAY) == 0
    with_curator = select(Review.request_id, Unit.curator_id).join(Unit, Unit.id == Review.unit_id)
    with_curator = with_curator.where(Review.kind == SlotKind.GATE, Review.opened_at.is_not(None), Unit.curator_id.is_not(None))
    let_in = select(Involvement.request_id, Involvement.unit_id).where(Involvement.reason == InvolvedBy.CURATOR)
    expected, found = set(db.session.execute(with_curator)), set(db.session.execute(let_in))
    assert len(found) > 100
    assert found <= expected


def test_desks_of_the_main_people_are_not_empty(loaded: Flask) -> None:
    for login in ("dir_pmc", "spec_omp", "head_ozpb", "head_obuh", "zam", "glava"):
        user = people.user_by_email(f"{login}@demo.example")
        assert user is not None
        assert approvals.waiting_for(user, now=work.now(), size=1)[0], login


def test_load_refuses_a_database_with_data(loaded: Flask) -> None:
    done = loaded.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1
    assert "уже есть данные" in done.output


@pytest.mark.engines("sqlite")
def test_load_refuses_outside_the_demo_mode(empty_app: Flask) -> None:
    done = empty_app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1
    assert "MARSHRUT_DEMO=1" in done.output


def test_the_house_may_be_built_twice_and_a_part_of_the_story_plays(empty_app: Flask, now: datetime) -> None:
    plain, told = example.read(), []
    for _ in range(2):
        demo.build(plain, now - demo.FOUNDED, told.append)
    assert len(people.users()) == len(plain["people"])
    assert len(approvals.current_versions(now)) == 3
    demo_story.load_story(plain, now, plots=demo_plots.read()[::9])
    assert db.session.scalar(select(func.count()).select_from(EventRequest)) == len(demo_plots.read()[::9])
    assert work.transaction(audit.verify, write=False).holds


@pytest.mark.engines("sqlite")
def test_every_template_is_whole_and_takes_its_declared_route(empty_app: Flask, now: datetime) -> None:
    plain = example.read()
    demo.build(plain, now - demo.FOUNDED, lambda _: None)
    taken, missing = {}, {}
    for row in plain["templates"]:
        lead = people.unit_by_key(row["lead"])
        author = people.user_by_email(f"dir_{row['lead']}@demo.example")
        assert lead is not None
        assert author is not None
        made = work.transaction(
            lambda lead=lead.id, by=author.id, key=row["key"]: requests.create(lead, template_key=key, by=people.user(by), now=now).id
        )
        content = _dated(db.session.get_one(EventRequest, made).revisions[0].content(), row["duration_min"])
        taken[row["key"]] = _route_of(content, lead.id, now)
        missing[row["key"]] = [one.field for one in rules.problems(content, _around(content, lead.id, now))]
    assert taken == {row["key"]: row["route"] for row in plain["templates"]}
    assert {key: fields for key, fields in missing.items() if fields} == {}


def _dated(content: Content, minutes: int) -> Content:
    """What is naturally the author's."""
    dates = (Occurrence(new_key(), FIRST, FIRST + timedelta(minutes=minutes)),)
    return replace(content, occurrences=dates, responsible_phone="+78120000000")


def _route_of(content: Content, lead_id: int, now: datetime) -> str:
    """The key of the route this content takes."""
    known = facts(content, venues.venues_by_id(content.venue_ids), worktime.calendar(), _around(content, lead_id, now))
    return route.select([route.parse_route(one.definition) for one in approvals.current_versions(now)], known).route.key


def _around(content: Content, lead_id: int, now: datetime) -> rules.Around:
    """The surroundings the rules ask for."""
    places = {key: rules.VenueFacts(one.name, one.capacity) for key, one in venues.venues_by_id(content.venue_ids).items()}
    return rules.Around(now, district.rules(), places, lead_id)


class BrokenOff(Exception):
    """Somebody pulled the plug."""


def _breaking_off(line: str) -> None:
    if "50" in line:
        raise BrokenOff


@pytest.fixture
def half_played(empty_app: Flask, now: datetime) -> Sequence[demo_plots.Plot]:
    """A demo of these plots, broken off in the middle of its history."""
    plots = demo_plots.read()[::9]
    with pytest.raises(BrokenOff):
        demo.complete(_breaking_off, plots)
    assert work.transaction(lambda: 0 < _requests() < len(plots), write=False)
    return plots


def test_a_play_that_was_broken_off_is_played_anew_and_whole(half_played: Sequence[demo_plots.Plot]) -> None:
    assert work.transaction(plays.percent, write=False) is not None
    assert demo.complete(lambda _: None, half_played)
    assert work.transaction(plays.percent, write=False) is None
    assert _requests() == len(half_played)
    assert work.transaction(audit.verify, write=False).holds
    assert replay.differences() == {}
    db.session.rollback()
    assert not demo.complete(lambda _: None)
    with pytest.raises(DatabaseError):
        db.session.execute(text("DELETE FROM decision"))


def test_no_worker_acts_on_half_a_demo(half_played: Sequence[demo_plots.Plot], empty_app: Flask) -> None:
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    db.session.rollback()
    empty_app.test_cli_runner().invoke(args=["worker", "--once"])
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_half_a_demo_in_which_somebody_has_worked_stays_as_it_is(half_played: Sequence[demo_plots.Plot], now: datetime) -> None:
    author = people.user_by_email("spec_pmc@demo.example")
    assert author is not None
    by, unit = author.id, author.memberships[0].unit_id
    work.transaction(lambda: requests.create(unit, by=people.user(by), now=now + timedelta(minutes=1)))
    before, told = _requests(), []
    db.session.rollback()
    assert not demo.complete(told.append, half_played)
    assert _requests() == before
    assert "остаются как есть" in told[0]


def test_people_at_work_during_the_play_are_not_in_its_way_nor_it_in_theirs(empty_app: Flask, now: datetime) -> None:
    done: dict[str, list[int]] = defaultdict(list)

    def tell(line: str) -> None:
        """Somebody sits at the pages whenever a line of progress is told."""
        if "%" in line:
            for how in (_throw_away, _withdraw, _approve, _call_off):
                done[how.__name__] += _somebody(how)
            if sum(map(len, done.values())) > 8:
                work.transaction(_dismiss)

    assert demo.complete(tell, demo_plots.read()[::3])
    assert all(done.values()), done
    assert work.transaction(plays.percent, write=False) is None
    assert work.transaction(audit.verify, write=False).holds
    assert replay.differences() == {}
    ended = {one for how, several in done.items() for one in several if how != "_approve"}
    gone = select(EventRequest.id).where(EventRequest.id.in_(ended), EventRequest.ended_at.is_not(None))
    assert set(db.session.scalars(gone)) == ended, "what people have ended stays so"
    db.session.rollback()
    assert reminders.tick(now) == 0


def _somebody(how: Callable[[int], None]) -> list[int]:
    """The one request, of all that there are, with which it could be done; empty where it could be done with none."""
    for one in work.transaction(lambda: db.session.scalars(select(EventRequest.id).order_by(EventRequest.id)).all(), write=False):
        try:
            work.transaction(lambda request_id=one: how(request_id))  # type: ignore[misc]
        except (NotNow, NotYours, NotFound, Refused):
            continue
        return [one]
    return []


def _author(request_id: int) -> User:
    wrote = (Authorship.request_id == request_id, Authorship.how == AuthorHow.CREATED)
    return people.person(db.session.scalars(select(Authorship.user_id).where(*wrote)).one())


def _throw_away(request_id: int) -> None:
    requests.throw_away(request_id, by=_author(request_id), now=work.now())


def _withdraw(request_id: int) -> None:
    deciding.withdraw(request_id, reason="Передумали.", by=_author(request_id), now=work.now())


def _call_off(request_id: int) -> None:
    deciding.cancel(request_id, reason="Площадка закрыта.", by=_author(request_id), now=work.now())


def _approve(request_id: int) -> None:
    """Whoever may decide a review that is open."""
    which = (Review.request_id == request_id, Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE)
    for review in db.session.scalars(select(Review).where(*which)).all():
        able = approvals.able_deciders(request_id, {review.unit_id})[review.unit_id, SlotRole(review.role)]
        if able:
            by, no = people.person(able[0]), review.round.revision.no
            deciding.decide(review.id, verdict=Verdict.APPROVE, version=review.version, revision_no=no, by=by, now=work.now())
            return
    raise NotNow(N_("Nobody is asked."))


def _dismiss() -> None:
    """People on whom plots still count: one may do nothing more, the others have changed to another office."""
    admin, leaver, *movers = (people.user_by_email(f"{login}@demo.example") for login in ("admin", "dir_dm", "spec_pmc", "dir_pmc"))
    assert admin is not None
    assert leaver is not None
    if not leaver.active:
        return
    accounts.dismiss(leaver, by=admin.actor, now=work.now())
    for mover in movers:
        assert mover is not None
        for one in list(mover.memberships):
            accounts.revoke(mover, one.unit_id, one.role, by=admin.actor, now=work.now())


def _requests() -> int:
    return db.session.scalar(select(func.count()).select_from(EventRequest)) or 0
