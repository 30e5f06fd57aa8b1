"""Reasons of stored plans become codes with parameters; a slot and its review say what their unit is to the event.

Until now a plan held English sentences, and the lead's gate was known by the key of its stage. Rounds are rewritten a few hundred at a
time; what none of the codes stands for is kept word for word under the code «text».

The relation of a slot is that of its definition in the pinned versions, with two exceptions:

1. A slot into which the lead's own gate was merged (cases.md 3) is the lead's, whichever of the merged slots it goes by.
2. What counted as decided by submission (cases.md 6) was always a review of the lead unit in a stage keyed `lead`, and is the lead's,
   whatever the route called it: a unit by name, a curator, an opinion.

A confirming stage keyed `lead` could be settled by submission too. Such a row stays as it was lived: the CHECK no longer asks for a stage
that does not confirm, and triggers refuse every new one.

Setting the relation decides nothing: whoever decided and later got a hand in the request did so rightly, so `review_own_update` is silent
meanwhile.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PORTION = 500

round_ = sa.table("round", sa.column("id", sa.Integer), sa.column("pinned", sa.JSON), sa.column("plan", sa.JSON))
route_version = sa.table("route_version", sa.column("id", sa.Integer), sa.column("definition", sa.JSON))
review = sa.table(
    "review",
    sa.column("round_id", sa.Integer),
    sa.column("stage", sa.String),
    sa.column("slot", sa.String),
    sa.column("unit_id", sa.Integer),
    sa.column("by_submission", sa.Boolean),
    sa.column("relation", sa.String),
)

CONFIRMED = "NEW.by_submission AND NEW.confirming"
ALREADY = "OLD.by_submission AND OLD.confirming"
REFUSED = "nobody confirms an own request by submitting it"
GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER review_confirms_insert BEFORE INSERT ON review FOR EACH ROW WHEN ({CONFIRMED}) BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
        f"CREATE TRIGGER review_confirms_update BEFORE UPDATE ON review FOR EACH ROW WHEN ({CONFIRMED} AND NOT ({ALREADY})) BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    ),
    "postgresql": (
        f"CREATE FUNCTION review_confirms_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER review_confirms_insert BEFORE INSERT ON review FOR EACH ROW WHEN ({CONFIRMED}) EXECUTE FUNCTION review_confirms_insert()",
        f"CREATE FUNCTION review_confirms_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER review_confirms_update BEFORE UPDATE ON review FOR EACH ROW WHEN ({CONFIRMED} AND NOT ({ALREADY})) EXECUTE FUNCTION review_confirms_update()",
    ),
}

PLAIN = {
    "always takes part": "always",
    "no other route applies": "no_other_route",
    "co-organizer": "co_organizer",
    "co-organizer and venue owner": "co_organizer_and_owner",
    "venue owner": "venue_owner",
    "curator of a participating institution": "curator",
}
NOT_REQUIRED = {
    "there are no co-organizers": "no_co_organizers",
    "no venue of another institution": "no_foreign_venue",
    "the participants have no curator": "no_curator",
}
MARKS = {
    "outdoors": "outdoor",
    "ends after 21:00": "ends_after_21",
    "during school hours": "school_hours",
    "organised groups of pupils": "pupils",
    "money other than the state-task subsidy": "budget_needs_accounting",
    "in two or more districts": "two_districts",
    "on a city square": "city_square",
    "announced to the public": "public",
    "the head or guests of honour take part": "vip",
    "transport by bus": "buses",
    "traffic is stopped": "street_closure",
    "food or trade": "food",
    "sound amplification": "sound",
    "a stage is set up": "stage",
    "sporting event": "sport",
    "prizes are given": "prizes",
    "partners take part": "partners",
    "pyrotechnics": "pyro",
}
COUNTED = {
    "%(count)s participant %(sign)s %(limit)s": "expected",
    "from %(count)s year %(sign)s %(limit)s": "age_from",
    "%(count)s institution %(sign)s %(limit)s": "institutions",
}
LISTS = ("%(first)s and %(rest)s", "%(first)s, %(rest)s")
SIGNS = {"=": "=", "≠": "!=", "≥": ">=", ">": ">", "≤": "<=", "<": "<"}
NOTHING = {"money": "0"}


class Unknown(Exception):
    """A sentence for which there is no code."""


def upgrade() -> None:
    op.add_column("review", sa.Column("relation", sa.String(32), nullable=True))
    bind = op.get_bind()
    versions = {row.id: row.definition for row in bind.execute(sa.select(route_version))}
    triggers = _silenced(bind)
    last = 0
    while rows := bind.execute(sa.select(round_).where(round_.c.id > last).order_by(round_.c.id).limit(PORTION)).all():
        last = rows[-1].id
        _rewrite(bind, rows, versions)
    with op.batch_alter_table("review") as batch:
        batch.create_check_constraint(
            "slot_relation", "relation IN ('lead', 'each_co_organizer', 'each_venue_owner_outside', 'each_curator')"
        )
        batch.drop_constraint(op.f("ck_review_submission_satisfies_lead_only"), type_="check")
        batch.create_check_constraint(
            "submission_satisfies_lead_only", "NOT by_submission OR (relation IS NOT NULL AND relation = 'lead')"
        )
    for statement in (*triggers, *GUARDS[bind.dialect.name]):
        bind.exec_driver_sql(statement)


def downgrade() -> None:
    raise RuntimeError("stored reasons are not turned back into sentences; restore a backup instead")


def _rewrite(bind: sa.Connection, rows: Any, versions: dict[int, dict[str, Any]]) -> None:
    """A portion of rounds and their reviews."""
    plans, related = [], []
    submitted = _submitted(bind, rows)
    for row in rows:
        routes = [versions[one] for one in row.pinned if one in versions]
        defined = {key: found for route in routes if route["key"] == row.plan["route_key"] for key, found in _slots(route)}
        plan = _plan(row.plan, defined, submitted.get(row.id, set()))
        plans.append({"of_round": row.id, "new": plan})
        related += [
            {"of_round": row.id, "of_stage": stage["key"], "of_slot": slot["key"], "of_unit": slot["unit"], "new": slot["relation"]}
            for stage in plan["stages"]
            for slot in stage["slots"]
            if slot["relation"] is not None
        ]
    bind.execute(sa.update(round_).where(round_.c.id == sa.bindparam("of_round")).values(plan=sa.bindparam("new")), plans)
    if related:
        which = (
            review.c.round_id == sa.bindparam("of_round"),
            review.c.stage == sa.bindparam("of_stage"),
            review.c.slot == sa.bindparam("of_slot"),
            review.c.unit_id == sa.bindparam("of_unit"),
        )
        bind.execute(sa.update(review).where(*which).values(relation=sa.bindparam("new")), related)


def _silenced(bind: sa.Connection) -> list[str]:
    """Silence `review_own_update`; the statements that bring it back, and with it on SQLite, which makes the table anew for its
    checks, every other trigger of the table."""
    if bind.dialect.name != "sqlite":
        bind.exec_driver_sql("ALTER TABLE review DISABLE TRIGGER review_own_update")
        return ["ALTER TABLE review ENABLE TRIGGER review_own_update"]
    found = list(bind.scalars(sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'review' ORDER BY name")))
    bind.exec_driver_sql("DROP TRIGGER review_own_update")
    return found


def _submitted(bind: sa.Connection, rows: Any) -> dict[int, set[tuple[str, str, int]]]:
    """Round -> stage, slot and unit of what counted as decided by submission."""
    asked = sa.select(review).where(review.c.by_submission, review.c.round_id.in_([row.id for row in rows]))
    found: dict[int, set[tuple[str, str, int]]] = {}
    for one in bind.execute(asked):
        found.setdefault(one.round_id, set()).add((one.stage, one.slot, one.unit_id))
    return found


def _slots(definition: dict[str, Any]) -> Iterator[tuple[tuple[str, str], tuple[str | None, str]]]:
    """Stage and slot -> relation, None where a unit is named, and kind."""
    for stage in definition["stages"]:
        for slot in stage["slots"]:
            yield (stage["key"], slot["key"]), (slot["who"].get("relation"), slot["kind"])


def _plan(
    plan: dict[str, Any], defined: dict[tuple[str, str], tuple[str | None, str]], submitted: set[tuple[str, str, int]]
) -> dict[str, Any]:
    """The plan with reasons as codes and the relation of every slot."""

    def relation(stage: str, slot: dict[str, Any]) -> str | None:
        lead = any(defined.get((stage, key)) == ("lead", slot["kind"]) for key in slot["keys"])
        if lead or (stage, slot["key"], slot["unit"]) in submitted:
            return "lead"
        return defined.get((stage, slot["key"]), (None, ""))[0]

    stages = [
        {
            **stage,
            "skipped": [_reason(one) for one in stage["skipped"]],
            "slots": [
                {**slot, "relation": relation(stage["key"], slot), "reasons": [_reason(one) for one in slot["reasons"]]}
                for slot in stage["slots"]
            ],
        }
        for stage in plan["stages"]
    ]
    return {**plan, "reasons": [_reason(one) for one in plan["reasons"]], "stages": stages}


def _reason(phrase: dict[str, Any]) -> dict[str, Any]:
    """One sentence as a code."""
    try:
        return _coded(phrase)
    except Unknown:
        return {"code": "text", "text": _worded(phrase)}


def _coded(phrase: dict[str, Any]) -> dict[str, Any]:
    msgid, params = phrase["msgid"], phrase["params"]
    if msgid in PLAIN:
        return {"code": PLAIN[msgid]}
    if msgid == "route %(lower)s fits too, but %(taken)s stands higher":
        return {"code": "lower_route", "routes": [params["lower"], params["taken"]]}
    if msgid == "not required: %(why)s":
        why = params["why"]["phrase"]
        if why["msgid"] in NOT_REQUIRED:
            return {"code": NOT_REQUIRED[why["msgid"]]}
        return {"code": "facts_wanting", "facts": list(_compared(why))}
    return {"code": "facts", "facts": list(_compared(phrase))}


def _compared(phrase: dict[str, Any]) -> Iterator[list[Any]]:
    """[fact, sign, limit, value] of every comparison in the sentence."""
    msgid, params = phrase["msgid"], phrase["params"]
    if msgid in LISTS:
        yield from _compared(params["first"]["phrase"])
        yield from _compared(params["rest"]["phrase"])
    elif msgid in MARKS:
        yield [MARKS[msgid], "=", True, True]
    elif msgid == "no mark “%(mark)s”" and params["mark"]["phrase"]["msgid"] in MARKS:
        yield [MARKS[params["mark"]["phrase"]["msgid"]], "!=", True, False]
    elif msgid in COUNTED:
        yield [COUNTED[msgid], SIGNS[params["sign"]], params["limit"], params["count"]]
    elif msgid == "budget of %(amount)s roubles %(sign)s %(limit)s":
        yield ["budget_rub", SIGNS[params["sign"]], _money(params["limit"]), _money(params["amount"])]
    elif msgid == "budget of %(amount)s roubles":
        yield ["budget_rub", ">", NOTHING, _money(params["amount"])]
    elif msgid == "no budget":
        yield ["budget_rub", "<=", NOTHING, NOTHING]
    else:
        raise Unknown


def _money(value: Any) -> dict[str, str]:
    return {"money": value["decimal"] if isinstance(value, dict) else str(value)}


def _worded(phrase: dict[str, Any]) -> str:
    """The sentence in its own words, values put in."""
    many = phrase["plural"] is not None and phrase["n"] != 1
    params = {name: _worded(value["phrase"]) if isinstance(value, dict) and "phrase" in value else value for name, value in phrase["params"].items()}
    plain = {name: value["decimal"] if isinstance(value, dict) else value for name, value in params.items()}
    return str((phrase["plural"] if many else phrase["msgid"]) % {"n": phrase["n"], **plain})
