"""Reasons of stored plans become codes with parameters; a slot and its review say what their unit is to the event.

Until now a plan held English sentences, and the lead's gate was known by the key of its stage. Rounds are rewritten a few hundred at a
time; what none of the codes stands for is kept word for word under the code «text».
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
    "review", sa.column("round_id", sa.Integer), sa.column("stage", sa.String), sa.column("slot", sa.String), sa.column("relation", sa.String)
)

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
    relations = {row.id: dict(_relations(row.definition)) for row in bind.execute(sa.select(route_version))}
    last = 0
    while rows := bind.execute(sa.select(round_).where(round_.c.id > last).order_by(round_.c.id).limit(PORTION)).all():
        last = rows[-1].id
        _rewrite(bind, rows, relations)
    triggers = _triggers(bind)
    with op.batch_alter_table("review") as batch:
        batch.create_check_constraint(
            "slot_relation", "relation IN ('lead', 'each_co_organizer', 'each_venue_owner_outside', 'each_curator')"
        )
        batch.drop_constraint(op.f("ck_review_submission_satisfies_lead_only"), type_="check")
        batch.create_check_constraint(
            "submission_satisfies_lead_only", "NOT by_submission OR (relation IS NOT NULL AND relation = 'lead' AND NOT confirming)"
        )
    for statement in triggers:
        bind.exec_driver_sql(statement)


def downgrade() -> None:
    raise RuntimeError("stored reasons are not turned back into sentences; restore a backup instead")


def _rewrite(bind: sa.Connection, rows: Any, relations: dict[int, dict[tuple[str, str, str], str]]) -> None:
    """A portion of rounds and their reviews."""
    plans, related = [], []
    for row in rows:
        known = {key: found for version in row.pinned for key, found in relations.get(version, {}).items()}
        plan = _plan(row.plan, known)
        plans.append({"of_round": row.id, "new": plan})
        related += [
            {"of_round": row.id, "of_stage": stage["key"], "of_slot": slot["key"], "new": slot["relation"]}
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
        )
        bind.execute(sa.update(review).where(*which).values(relation=sa.bindparam("new")), related)


def _triggers(bind: sa.Connection) -> list[str]:
    """SQLite makes the table anew for its checks, and its triggers go with the old one."""
    if bind.dialect.name != "sqlite":
        return []
    return list(bind.scalars(sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'review' ORDER BY name")))


def _relations(definition: dict[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Route, stage and slot -> relation, for the slots that name no unit."""
    for stage in definition["stages"]:
        for slot in stage["slots"]:
            if "relation" in slot["who"]:
                yield (definition["key"], stage["key"], slot["key"]), slot["who"]["relation"]


def _plan(plan: dict[str, Any], relations: dict[tuple[str, str, str], str]) -> dict[str, Any]:
    """The plan with reasons as codes and the relation of every slot."""
    stages = [
        {
            **stage,
            "skipped": [_reason(one) for one in stage["skipped"]],
            "slots": [
                {
                    **slot,
                    "relation": relations.get((plan["route_key"], stage["key"], slot["key"])),
                    "reasons": [_reason(one) for one in slot["reasons"]],
                }
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
