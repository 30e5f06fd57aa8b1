"""0003: rows the first release could write go through, and say what the unit was to the event."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa

import app as assembler
from events.approvals.route import Plan
from events.foundation.db import UtcDateTime, db, writing
from tests.fixtures import dumps
from tests.fixtures.databases import settings_for

review = sa.table(
    "review",
    *(sa.column(name, sa.Integer) for name in ("id", "round_id", "request_id", "unit_id", "decided_by_id")),
    *(sa.column(name, sa.String) for name in ("stage", "slot", "kind", "state", "relation")),
    *(sa.column(name, sa.Boolean) for name in ("by_submission", "confirming")),
)
round_ = sa.table("round", sa.column("id", sa.Integer), sa.column("pinned", sa.JSON), sa.column("plan", sa.JSON))
authorship = sa.table(
    "authorship",
    *(sa.column(name, sa.Integer) for name in ("request_id", "user_id")),
    sa.column("how", sa.String),
    sa.column("at", UtcDateTime()),
)
route_version = sa.table(
    "route_version",
    *(sa.column(name, sa.Integer) for name in ("id", "route_id")),
    sa.column("valid_from", UtcDateTime()),
    sa.column("definition", sa.JSON),
)
TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'review'",
    "postgresql": "SELECT tgname, concat(tgenabled, ' ', pg_get_triggerdef(oid)) FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgrelid = 'review'::regclass",
}
BY_NAME = {"key": "named", "who": {"unit": "pmc"}, "kind": "gate"}
OPINION = {"key": "opinion", "who": {"relation": "lead"}, "kind": "consult"}
CURATOR = {"key": "curator", "who": {"relation": "each_curator"}, "kind": "gate"}
LEAD = {"key": "lead-head", "who": {"relation": "lead"}, "kind": "gate"}


@pytest.fixture
def old(old_database: Callable[[], str], tmp_path: Path) -> Iterator[None]:
    """The dump under its own schema, in the context of an application."""
    with assembler.create_app(settings_for(old_database(), tmp_path / "instance")).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def test_an_agreement_stands_though_its_giver_has_got_a_hand_in_the_request_since(old: None) -> None:
    decided = {row.id: row for row in _rows(review.c.state == "decided", review.c.decided_by_id.is_not(None))}
    known = {(row.request_id, row.user_id) for row in _all(sa.select(authorship))}
    later = {(row.request_id, row.decided_by_id) for row in decided.values()} - known
    assert len(later) > 20
    rows = [{"request_id": one, "user_id": other, "how": "edited", "at": dumps.MOMENT} for one, other in sorted(later)]
    _write(sa.insert(authorship), rows)
    before = _triggers()
    assert "review_own_update" in before

    flask_migrate.upgrade()

    after = {row.id: row for row in _rows()}
    assert {key: (after[key].state, after[key].decided_by_id) for key in decided} == {
        key: (row.state, row.decided_by_id) for key, row in decided.items()
    }
    assert {row.relation for row in after.values() if row.slot == "lead-head"} == {"lead"}
    assert {name: words for name, words in _triggers().items() if name in before} == before
    with pytest.raises(sa.exc.IntegrityError, match="nobody decides on an own request"):
        _write(sa.update(review).where(review.c.id.in_(decided)).values(kind=review.c.kind))


@pytest.mark.parametrize(
    ("slots", "key", "by_submission", "kind", "relation"),
    [
        pytest.param([BY_NAME, LEAD], "named", True, "gate", "lead", id="the lead's own gate was merged into that of a named unit"),
        pytest.param([BY_NAME, LEAD], "named", False, "gate", "lead", id="and its head decided for both"),
        pytest.param([CURATOR, LEAD], "curator", True, "gate", "lead", id="into that of a curator"),
        pytest.param([BY_NAME], "named", True, "gate", "lead", id="only a named unit stood there, and it was the lead"),
        pytest.param([BY_NAME], "named", False, "gate", None, id="and its head decided"),
        pytest.param([BY_NAME, OPINION], "named", False, "gate", None, id="the lead only gave an opinion"),
        pytest.param([OPINION], "opinion", True, "consult", "lead", id="and gave it by submitting"),
        pytest.param([CURATOR], "curator", True, "gate", "lead", id="only a curator stood there, and it was the lead"),
        pytest.param([CURATOR], "curator", False, "gate", "each_curator", id="and decided"),
    ],
)
def test_what_was_decided_by_submission_is_the_leads_whatever_its_slot_was_called(
    old: None, slots: list[dict[str, Any]], key: str, by_submission: bool, kind: str, relation: str | None
) -> None:
    which = _by_submission()
    _lived(which, slots, {"key": key, "kind": kind}, {"slot": key, "kind": kind, "by_submission": by_submission})

    flask_migrate.upgrade()

    (row,) = _rows(review.c.id == which.id)
    assert (row.slot, row.by_submission, row.relation) == (key, by_submission, relation)
    assert _planned(which).relation == relation


def test_a_confirmation_by_submission_stays_as_it_was_and_no_other_is_let_in(old: None) -> None:
    which = _by_submission()
    _lived(which, [LEAD], {}, {"confirming": True}, {"confirming": True})

    flask_migrate.upgrade()

    (row,) = _rows(review.c.id == which.id)
    assert (row.by_submission, row.confirming, row.relation, row.state) == (True, True, "lead", "decided")
    _write(sa.update(review).where(review.c.id == which.id).values(kind=review.c.kind))
    confirming = _rows(review.c.confirming, review.c.id != which.id)[0]
    with pytest.raises(sa.exc.IntegrityError, match="nobody confirms an own request by submitting it"):
        _write(sa.update(review).where(review.c.id == confirming.id).values(by_submission=True, relation="lead"))
    with pytest.raises(sa.exc.IntegrityError, match="submission_satisfies_lead_only"):
        _write(sa.update(review).where(review.c.id == which.id).values(relation="each_curator"))


def test_a_first_stage_of_another_key_is_the_leads_and_was_never_satisfied_by_submission(old: None) -> None:
    flask_migrate.upgrade()
    found = {(row.relation, row.by_submission) for row in _rows(review.c.stage == "institution")}
    assert found == {("lead", False)}


def _by_submission() -> Any:
    """A review of the dump that counted as decided by submission."""
    return _rows(review.c.by_submission)[0]


def _lived(
    which: Any, slots: list[dict[str, Any]], planned: Mapping[str, object], stored: Mapping[str, object], stage: Mapping[str, object] = {}
) -> None:
    """As if the round of the review had gone by a route whose first stage, `lead`, has those slots: route, plan and review say so."""
    (found,) = _all(sa.select(round_).where(round_.c.id == which.round_id))
    versions = {row.id: row for row in _all(sa.select(route_version).where(route_version.c.id.in_(found.pinned)))}
    taken = next(row for row in versions.values() if row.definition["key"] == found.plan["route_key"])
    definition, plan = json.loads(json.dumps([taken.definition, found.plan]))
    definition["stages"][0] |= {"slots": [{**definition["stages"][0]["slots"][0], **slot} for slot in slots], **stage}
    (slot,) = plan["stages"][0]["slots"]
    slot |= {"keys": [one["key"] for one in slots], **planned}
    plan["stages"][0] |= stage
    mine = max(row.id for row in _all(sa.select(route_version))) + 1
    _write(sa.insert(route_version), {"id": mine, "route_id": taken.route_id, "valid_from": dumps.MOMENT, "definition": definition})
    pinned = [mine if one == taken.id else one for one in found.pinned]
    _write(sa.update(round_).where(round_.c.id == found.id).values(pinned=pinned, plan=plan))
    _write(
        sa.update(review).where(review.c.id == which.id).values(**stored, **({} if stored.get("by_submission", True) else _by_another()))
    )


def _by_another() -> Mapping[str, object]:
    """By somebody who has no hand in any request of the dump."""
    authors = sa.select(authorship.c.user_id)
    user = sa.table("user", sa.column("id", sa.Integer))
    return {"decided_by_id": _all(sa.select(user).where(user.c.id.not_in(authors)).order_by(user.c.id))[0].id}


def _planned(which: Any) -> Any:
    """The slot of the plan as it is read today."""
    (found,) = _all(sa.select(round_).where(round_.c.id == which.round_id))
    return Plan.from_plain(found.plan).stages[0].slots[0]


def _rows(*wanted: sa.ColumnElement[bool]) -> list[Any]:
    """Reviews; before the upgrade they have no relation."""
    with db.engine.connect() as connection:
        has = {column["name"] for column in sa.inspect(connection).get_columns("review")}
    return _all(sa.select(*(column for column in review.c if column.name in has)).where(*wanted).order_by(review.c.id))


def _all(asked: sa.Select[Any]) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(asked))


def _triggers() -> dict[str, str]:
    """The triggers of reviews by name, with whether they are live."""
    with db.engine.connect() as connection:
        return dict(map(tuple, connection.exec_driver_sql(TRIGGERS[db.engine.dialect.name])))


def _write(statement: sa.Executable, *values: Any) -> None:
    """A statement past the operations of the house."""
    token = writing.set(True)
    try:
        with db.engine.begin() as connection:
            connection.execute(statement, *values)
    finally:
        writing.reset(token)
