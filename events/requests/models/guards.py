"""What the database itself refuses of a request: a rewritten revision, an unlisted move, a changed number."""

from events.foundation.db import Guard, refusing_guard
from events.requests.models.parts import PART_FIELDS
from events.requests.sections import SECTION_OF
from events.requests.vocabulary import TRANSITIONS

_CONTENT_COLUMNS = sorted(set(SECTION_OF) - PART_FIELDS)


def _changed(column: str, dialect: str) -> str:
    """«This column differs», nulls included; a JSON column is compared as text on PostgreSQL."""
    if dialect == "sqlite":
        return f"NEW.{column} IS NOT OLD.{column}"
    cast = "::text" if column == "extra_directions" else ""
    return f"NEW.{column}{cast} IS DISTINCT FROM OLD.{column}{cast}"


def _frozen(dialect: str) -> str:
    """A revision past its draft is being rewritten."""
    changed = " OR ".join(_changed(column, dialect) for column in [*_CONTENT_COLUMNS, "no", "request_id"])
    return f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed} OR {_changed('hash', dialect)})"


def _part_guard(table: str, action: str) -> Guard:
    """The parts of a frozen revision stay as they were, and none is moved into it."""
    name = f"{table}_frozen_{action.lower()}"
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[action]
    found = " OR ".join(f"(SELECT state FROM revision WHERE id = {row}.revision_id) <> 'draft'" for row in rows)
    message = "a submitted revision is frozen"
    return Guard(
        name,
        sqlite=(
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW WHEN ({found}) BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {found} THEN RAISE EXCEPTION '{message}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {rows[-1]}; END $$",
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


def _by_dialect(name: str, table: str, action: str, message: str, sqlite: str, postgresql: str) -> Guard:
    """A refusing guard whose condition is written apart for each engine."""
    return Guard(
        name,
        refusing_guard(name, table, action, message, when=sqlite).sqlite,
        refusing_guard(name, table, action, message, when=postgresql).postgresql,
    )


def _moves() -> str:
    """«This is not a listed move», built from TRANSITIONS."""
    listed = " OR ".join(
        f"(OLD.status = '{before.value}' AND NEW.status = '{after.value}')"
        for before, targets in TRANSITIONS.items()
        for after in sorted(targets)
    )
    return f"OLD.status <> NEW.status AND NOT ({listed})"


_BACKWARDS = "ends_at <= starts_at OR starts_at IS NULL OR ends_at IS NULL OR setup_from > starts_at OR teardown_to < ends_at"
_SUBMITTED_BACKWARDS = f"EXISTS (SELECT 1 FROM occurrence WHERE revision_id = NEW.id AND ({_BACKWARDS}))"

guards: tuple[Guard, ...] = (
    _by_dialect("revision_frozen", "revision", "BEFORE UPDATE", "a submitted revision is frozen", _frozen("sqlite"), _frozen("postgresql")),
    refusing_guard("event_request_moves", "event_request", "BEFORE UPDATE", "not a listed change of status", when=_moves()),
    refusing_guard(
        "event_request_number_kept",
        "event_request",
        "BEFORE UPDATE",
        "a number is never changed",
        when="OLD.number IS NOT NULL AND (NEW.number IS NULL OR NEW.number <> OLD.number)",
    ),
    Guard(
        "revision_submitted_whole",
        sqlite=(
            "CREATE TRIGGER revision_submitted_whole BEFORE UPDATE ON revision FOR EACH ROW "
            f"WHEN (OLD.state = 'draft' AND NEW.state = 'in_review' AND {_SUBMITTED_BACKWARDS}) "
            "BEGIN SELECT RAISE(ABORT, 'an occurrence ends before it begins'); END",
        ),
        postgresql=(
            "CREATE FUNCTION revision_submitted_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF OLD.state = 'draft' AND NEW.state = 'in_review' AND {_SUBMITTED_BACKWARDS} THEN "
            "RAISE EXCEPTION 'an occurrence ends before it begins' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN NEW; END $$",
            "CREATE TRIGGER revision_submitted_whole BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION revision_submitted_whole()",
        ),
    ),
    *(
        refusing_guard(
            f"occurrence_day_{action.lower()}",
            "occurrence",
            f"BEFORE {action}",
            "a date with hours has its day in them",
            when="NEW.day IS NOT NULL AND (NEW.starts_at IS NOT NULL OR NEW.ends_at IS NOT NULL)",
        )
        for action in ("INSERT", "UPDATE")
    ),
    refusing_guard("authorship_kept", "authorship", "BEFORE DELETE", "authorship is kept for good"),
    *(_part_guard(table, action) for table in ("occurrence", "budget_line", "co_organizer") for action in ("INSERT", "UPDATE", "DELETE")),
)
