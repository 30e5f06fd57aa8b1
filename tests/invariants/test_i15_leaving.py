"""I15: of somebody dismissed every session, link and token is dead at once, what waits for them goes over, history keeps the name.

Every column that names a person is judged here, so that a new table cannot be forgotten.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest
import sqlalchemy as sa

from events.approvals import operations as approvals
from events.foundation import work
from events.foundation.db import UtcDateTime, db
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people import operations as people
from events.people import queries
from events.people.models import User
from letters.accounts import password_link
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast
from tests.fixtures.house import House
from tests.fixtures.office import Office

Make = Callable[..., Any]
BARE_NAMES = frozenset({"user_id", "recipient_id", "holder", "actor_id", "asked_by"})
"""What columns that name a person without a foreign key are called."""


class Fate(Enum):
    """What dismissal does with the rows of somebody who leaves."""

    GONE = "the rows are dropped"
    ENDED = "the rows stay and none is alive: `alive` finds those that would be"
    HANDED = "`alive` rows name the successor"
    JOINED = "the rows stay, and the successor has the same beside them"
    KEPT = "the rows stay as they are: history, or of no use to a closed account"


@dataclass(frozen=True)
class Judgement:
    """What becomes of the rows that name a person in one column; `alive` is SQL."""

    fate: Fate
    alive: str = "true"
    beside: tuple[str, ...] = ()
    """Of JOINED: the columns the successor's rows have in common with those of the one who left."""


JUDGED: Mapping[str, Judgement] = {
    "audit_check.asked_by": Judgement(Fate.KEPT),
    "audit_entry.actor_id": Judgement(Fate.KEPT),
    "authenticator.user_id": Judgement(Fate.GONE),
    "authorship.user_id": Judgement(Fate.JOINED, beside=("request_id",)),
    "decision.acting_for_id": Judgement(Fate.KEPT),
    "decision.decided_by_id": Judgement(Fate.KEPT),
    "first_steps.user_id": Judgement(Fate.KEPT),
    "form_receipt.holder": Judgement(Fate.KEPT),
    "identity.user_id": Judgement(Fate.KEPT),
    "kept_answer.holder": Judgement(Fate.GONE),
    "loaded_file.user_id": Judgement(Fate.GONE),
    "login_session.user_id": Judgement(Fate.ENDED, "ended_at IS NULL"),
    "membership.user_id": Judgement(Fate.JOINED, beside=("unit_id", "role")),
    "message.recipient_id": Judgement(Fate.ENDED, "state = 'pending' AND subject_kind = 'user'"),
    "passkey.user_id": Judgement(Fate.GONE),
    "recovery_code.user_id": Judgement(Fate.GONE),
    "remark.answered_by_id": Judgement(Fate.KEPT),
    "review.acting_for_id": Judgement(Fate.KEPT),
    "review.decided_by_id": Judgement(Fate.KEPT),
    "revision.responsible_id": Judgement(Fate.HANDED, "state = 'draft'"),
    "revision.submitted_by_id": Judgement(Fate.KEPT),
    "round.closed_by_id": Judgement(Fate.KEPT),
    "second_step.user_id": Judgement(Fate.GONE),
    "secured_account.user_id": Judgement(Fate.GONE),
}
"""Reviews name no person: they wait for a unit and a role, and show as orphaned when nobody is left (cases.md 8)."""

UNJUDGED = (
    "These columns name a person, and nobody has said what becomes of their rows when the person is dismissed: {}. Add a line for each to "
    "JUDGED in tests/invariants/test_i15_leaving.py: Fate.GONE for what signs somebody in or waits for them alone (and drop it in "
    "events.people.operations.dismiss, or in factors.forget_all), ENDED, HANDED or JOINED with what is alive, KEPT for history."
)


def naming() -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """Every column that names a person."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            keyed = any(one.column.table.name == User.__tablename__ for one in column.foreign_keys)
            if keyed or (column.name in BARE_NAMES and not column.foreign_keys):
                yield table, column


def test_i15_of_every_column_that_names_a_person_it_is_said_what_dismissal_does():
    found = {f"{table.name}.{column.name}" for table, column in naming()}
    assert not found - JUDGED.keys(), UNJUDGED.format(", ".join(sorted(found - JUDGED.keys())))
    assert not JUDGED.keys() - found, f"judged, but no more there: {sorted(JUDGED.keys() - found)}"


@pytest.fixture
def leaving(cast: Cast, house: House, office: Office, a_request: Make) -> int:
    """A head who has decided, submitted and drafted, with a row in every table that signs in or waits for one person."""
    person = cast.dir_pmc.id
    drafted = a_request(venue=None, by=cast.dir_pmc).id
    office.submit(drafted, "dir_pmc")
    a_request(venue=None, by=cast.dir_pmc)
    people_verbs = lambda: (  # noqa: E731
        people.ask_reset(queries.user(person), now=work.now()),
        people.sign_in(queries.user(person), "", now=work.now()),
    )
    work.transaction(people_verbs)
    gone = [(table, column) for table, column in naming() if JUDGED[f"{table.name}.{column.name}"].fate is Fate.GONE]
    work.transaction(lambda: [db.session.execute(table.insert().values(a_row(table, column, person))) for table, column in gone])
    return person


def a_row(table: sa.Table, naming_column: sa.Column[Any], person: int) -> dict[str, Any]:
    """The least that the table takes, naming the person."""
    row: dict[str, Any] = {naming_column.name: named(naming_column, person)}
    for column in table.columns:
        if column.name in row or column.nullable or column.default is not None or (column.primary_key and column.name == "id"):
            continue
        row[column.name] = _plain(column)
    return row


def named(column: sa.Column[Any], person: int) -> int | str:
    """The person as the column names them."""
    return f"user:{person}" if isinstance(column.type, sa.String) else person


def _plain(column: sa.Column[Any]) -> Any:
    assert not column.foreign_keys, f"{column}: say in `leaving` which row it stands for"
    if isinstance(column.type, UtcDateTime):
        return work.now()
    return [] if isinstance(column.type, sa.JSON) else column.type.python_type(1)


def test_i15_dismissal_leaves_nothing_alive_and_nothing_behind(leaving: int, cast: Cast):
    successor = cast.spec_dm.id
    before = {name: rows(table, column, leaving) for name, table, column in judged()}
    for name, table, column in judged():
        if JUDGED[name].fate is not Fate.KEPT:
            assert rows(table, column, leaving, JUDGED[name].alive), f"{name}: nothing is there to be ended"
    work.transaction(lambda: approvals.dismiss(queries.user(leaving), queries.user(successor), by=cast.admin.actor, now=work.now()))
    for name, table, column in judged():
        verdict, after = JUDGED[name], rows(table, column, leaving)
        match verdict.fate:
            case Fate.GONE:
                assert not after, name
            case Fate.ENDED:
                assert len(after) == len(before[name]), name
                assert not rows(table, column, leaving, verdict.alive), name
            case Fate.HANDED:
                assert not rows(table, column, leaving, verdict.alive), name
                assert rows(table, column, successor, verdict.alive), name
            case Fate.JOINED:
                assert after == before[name], name
                assert common(after, verdict) <= common(rows(table, column, successor), verdict), name
            case Fate.KEPT:
                assert after == before[name], name


def judged() -> Iterator[tuple[str, sa.Table, sa.Column[Any]]]:
    for table, column in naming():
        yield f"{table.name}.{column.name}", table, column


def rows(table: sa.Table, column: sa.Column[Any], person: int, alive: str = "true") -> list[dict[str, Any]]:
    """Rows that name the person in the column, in one order."""
    db.session.rollback()
    asked = sa.select(table).where(column == named(column, person), sa.text(alive)).order_by(*table.primary_key.columns)
    return [dict(one) for one in db.session.execute(asked).mappings()]


def common(found: list[dict[str, Any]], verdict: Judgement) -> set[tuple[Any, ...]]:
    return {tuple(one[name] for name in verdict.beside) for one in found}


def test_i15_what_a_dismissed_person_has_in_their_hands_opens_nothing(signed_in: Callable[[str], Client], cast: Cast, house: House):
    theirs, admin = signed_in("dir_pmc"), signed_in("admin")
    link = work.transaction(lambda: password_link(queries.user(cast.dir_pmc.id)), write=False).removeprefix("http://127.0.0.1:8000")
    page = admin.get(f"/administration/people/rows/{cast.dir_pmc.id}/dismiss")
    admin.submit(page, button="Уволить", expect_redirect=...)
    theirs.get("/desk", expect_redirect=...)
    stranger = signed_in("anon")
    stranger.get(link, expect_redirect="/password/new")
    assert stranger.get("/password/new", expect=400).h1 == "Ссылка больше не действует"
    work.transaction(lambda: approvals.pass_time(house.submitted, work.now()))  # the next tick of the worker
    orphaned = signed_in("spec_omp").get("/reviews/?show=orphaned")
    assert any(one.startswith("ПМЦ") for one in orphaned.texts(class_="row-why"))


def test_i15_no_letter_about_a_closed_account_leaves(leaving: int, cast: Cast, office: Office):
    office.act(lambda now: people.dismiss(queries.user(leaving), by=cast.admin.actor, now=now))
    waiting = sa.select(Message.state).where(Message.subject_kind == "user", Message.recipient_id == leaving)
    assert set(db.session.scalars(waiting)) == {MessageState.CANCELLED}
