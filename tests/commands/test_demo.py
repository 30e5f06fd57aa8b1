"""The demo: it loads into an empty database by the office's own verbs, and what it brings is whole and true."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask_migrate
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

import app as assembler
from commands import demo, demo_plots, demo_story, directories
from events.approvals import planning, route
from events.approvals import queries as approvals
from events.approvals.facts import facts
from events.approvals.models import Decision, Remark, Review, Round
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind
from events.audit import operations as audit
from events.audit.models import AuditEntry
from events.calendars.models import Publication
from events.district import queries as district
from events.foundation import work
from events.foundation.db import db
from events.foundation.place import local, local_day
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people import queries as people
from events.requests import operations as requests
from events.requests import rules
from events.requests.fields import Content, Occurrence, new_key
from events.requests.models import Authorship, EventRequest, OccurrenceFate, Revision
from events.requests.vocabulary import OccurrenceMark, RequestStatus, RevisionState
from events.venues import queries as venues
from events.worktime import queries as worktime
from tests.fixtures import replay
from tests.fixtures.databases import settings_for
from tests.fixtures.moments import MONDAY

REACHABLE = frozenset(RequestStatus) - {RequestStatus.REPORTED, RequestStatus.CLOSED}
"""Reports come with a later issue."""
FIRST = datetime(2026, 8, 15, 9, 0, tzinfo=UTC)
"""Saturday 15 August 2026, 12:00 in Moscow."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole demo on SQLite, loaded once by the command at MONDAY; its tests only read."""
    folder: Path = tmp_path_factory.mktemp("demo")
    settings = replace(settings_for(f"sqlite:///{folder / 'demo.sqlite3'}", folder / "instance"), demo=True)
    with time_machine.travel(MONDAY, tick=False):
        application = assembler.create_app(settings)
        with application.app_context():
            flask_migrate.upgrade()
            done = application.test_cli_runner().invoke(args=["demo", "load"])
            assert done.exit_code == 0, done.output
            assert "spec_pmc@demo.example" in done.output
            assert "marshrut-demo" in done.output
            yield application
            db.session.remove()
            db.engine.dispose()


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


def test_desks_of_the_main_people_are_not_empty(loaded: Flask) -> None:
    for login in ("dir_pmc", "spec_omp", "head_ozpb", "head_obuh", "zam", "glava"):
        user = people.user_by_email(f"{login}@demo.example")
        assert user is not None
        assert approvals.waiting_for(user, size=1)[0], login


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
    plain, told = directories.read(), []
    for _ in range(2):
        demo.build(plain, now - demo.FOUNDED, told.append)
    assert len(people.users()) == len(plain["people"])
    assert len(approvals.current_versions(now)) == 3
    demo_story.load_story(plain, now, plots=demo_plots.read()[::9])
    assert db.session.scalar(select(func.count()).select_from(EventRequest)) == len(demo_plots.read()[::9])
    assert work.transaction(audit.verify, write=False).holds


@pytest.mark.engines("sqlite")
def test_every_template_is_whole_and_takes_its_declared_route(empty_app: Flask, now: datetime) -> None:
    plain = directories.read()
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
