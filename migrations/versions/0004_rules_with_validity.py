"""Rules of the office become rows with a source and days on which they hold.

Until now a row of `setting` changed one of a few thresholds and everything else stood in the code. Every rule is a row of `rule` from now
on; what had been set is kept with its source, rows under names nobody knows as well. A feed remembers the window its digest rests on.

Nobody checked what was set, so what had been lived with may be more than a rule may say today. Since one unreadable rule would stop every
page, each value is stored as it is read today: times as «HH:MM», a number beyond its bounds as the nearest within, anything else as the
rule's default. Where that changed the value, the source says what it was.
"""

import json
import re
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RULES = (
    ("youth_age_from", 14, "489-ФЗ, ст. 2"),
    ("youth_age_to", 35, "489-ФЗ, ст. 2"),
    ("curfew_under_16_winter", "22:00", "Закон СПб от 19.02.2014 № 48-14"),
    ("curfew_under_16_summer", "23:00", "Закон СПб от 19.02.2014 № 48-14"),
    ("curfew_under_18", "23:00", "Закон СПб от 19.02.2014 № 48-14"),
    ("curfew_summer_from", "06-01", "Закон СПб от 19.02.2014 № 48-14"),
    ("curfew_summer_to", "08-31", "Закон СПб от 19.02.2014 № 48-14"),
    ("escort_needed_from", "21:30", "Закон СПб от 19.02.2014 № 48-14"),
    ("noise_until_weekday", "08:00", "Закон СПб № 273-70, ст. 8"),
    ("noise_until_weekend", "12:00", "Закон СПб № 273-70, ст. 8"),
    ("noise_from", "22:00", "Закон СПб № 273-70, ст. 8"),
    ("evening_after", "21:00", "Практика согласования: условия маршрутов"),
    ("school_day_from", "08:30", "Практика согласования: учебное время школ"),
    ("school_day_to", "15:00", "Практика согласования: учебное время школ"),
    ("school_year_from", "09-01", "Практика согласования: учебное время школ"),
    ("school_year_to", "05-25", "Практика согласования: учебное время школ"),
    ("safety_note_from_people", 50, "ПП РФ № 272; 35-ФЗ, ст. 3, п. 6"),
    ("longest_event_days", 14, "Практика согласования: форма заявки"),
    ("most_dates", 60, "Практика согласования: форма заявки"),
    ("material_people_percent", 20, "Практика согласования, случай 35"),
    ("number_prefix", "ММ", "Практика согласования, случай 33"),
    ("alternatives_reach_hours", 6, "Практика согласования, случай 10"),
    ("decision_sign_in_hours", 4, "Практика согласования, случай 45"),
    ("hold_slack_working_days", 2, "Практика согласования, случай 31"),
    ("hold_returned_working_days", 3, "Практика согласования, случай 31"),
    ("withdraw_passed_after_days", 30, "Практика согласования, случай 30"),
    ("restore_within_working_days", 1, "Практика согласования, случай 37"),
    ("half_time_above_working_hours", 8, "Практика согласования, случай 42"),
    ("last_reminder_working_hours", 1, "Практика согласования, случай 42"),
    ("overdue_head_working_days", 1, "Практика согласования, случай 42"),
    ("overdue_curator_working_days", 2, "Практика согласования, случай 42"),
    ("remarks_author_working_days", 2, "Практика согласования, случай 17"),
    ("remarks_head_working_days", 4, "Практика согласования, случай 17"),
    ("event_reminder_working_days", 1, "Практика согласования: напоминание о мероприятии"),
    ("event_reminder_hours", 24, "Практика согласования: напоминание о мероприятии"),
    ("news_days", 7, "Практика согласования: напоминания"),
    ("farewell_days", 7, "Практика согласования: напоминания"),
    ("feed_past_days", 90, "Правила календарей, п. 14"),
    ("feed_ahead_days", 400, "Правила календарей, п. 14"),
    ("feed_cancelled_days", 30, "Правила календарей, п. 6"),
)
"""Key, value, source: what an installation starts with."""

BOUNDS = {
    **dict.fromkeys(("youth_age_from", "youth_age_to"), (0, 99)),
    "safety_note_from_people": (0, 100_000),
    "longest_event_days": (1, 3650),
    "most_dates": (1, 100),
    "material_people_percent": (0, 100_000),
    "alternatives_reach_hours": (0, 168),
    "decision_sign_in_hours": (0, 12),
    **dict.fromkeys(("hold_slack_working_days", "hold_returned_working_days", "restore_within_working_days"), (0, 366)),
    "withdraw_passed_after_days": (0, 3650),
    "half_time_above_working_hours": (0, 100_000),
    "last_reminder_working_hours": (1, 100_000),
    **dict.fromkeys(("overdue_head_working_days", "overdue_curator_working_days"), (1, 60)),
    **dict.fromkeys(("remarks_author_working_days", "remarks_head_working_days"), (1, 60)),
    "event_reminder_working_days": (0, 60),
    "event_reminder_hours": (0, 720),
    **dict.fromkeys(("news_days", "farewell_days"), (1, 366)),
    **dict.fromkeys(("feed_past_days", "feed_cancelled_days"), (0, 3650)),
    "feed_ahead_days": (1, 3650),
}
"""The least and the most of every rule that is a number."""

CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")
DAY = re.compile(r"[0-9]{2}-[0-9]{2}")
LETTERS = re.compile(r"[A-ZА-ЯЁ]{1,8}")
LONGEST_SOURCE = 300
LONGEST_NOTE = 80

WINDOW = (("past_days", "90"), ("ahead_days", "400"), ("cancelled_days", "30"))

GUARDS = {
    "sqlite": (
        "CREATE TRIGGER rule_overlap_insert BEFORE INSERT ON rule FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM rule AS other WHERE other.key = NEW.key AND coalesce(other.valid_from, '0001-01-01') <= coalesce(NEW.valid_until, '9999-12-31') AND coalesce(NEW.valid_from, '0001-01-01') <= coalesce(other.valid_until, '9999-12-31'))) BEGIN SELECT RAISE(ABORT, 'two values of one rule on one day'); END",
        "CREATE TRIGGER rule_overlap_update BEFORE UPDATE ON rule FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM rule AS other WHERE other.key = NEW.key AND other.id <> NEW.id AND coalesce(other.valid_from, '0001-01-01') <= coalesce(NEW.valid_until, '9999-12-31') AND coalesce(NEW.valid_from, '0001-01-01') <= coalesce(other.valid_until, '9999-12-31'))) BEGIN SELECT RAISE(ABORT, 'two values of one rule on one day'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION rule_overlap_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM rule AS other WHERE other.key = NEW.key AND coalesce(other.valid_from, '0001-01-01') <= coalesce(NEW.valid_until, '9999-12-31') AND coalesce(NEW.valid_from, '0001-01-01') <= coalesce(other.valid_until, '9999-12-31')) THEN RAISE EXCEPTION 'two values of one rule on one day' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER rule_overlap_insert BEFORE INSERT ON rule FOR EACH ROW EXECUTE FUNCTION rule_overlap_insert()',
        "CREATE FUNCTION rule_overlap_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM rule AS other WHERE other.key = NEW.key AND other.id <> NEW.id AND coalesce(other.valid_from, '0001-01-01') <= coalesce(NEW.valid_until, '9999-12-31') AND coalesce(NEW.valid_from, '0001-01-01') <= coalesce(other.valid_until, '9999-12-31')) THEN RAISE EXCEPTION 'two values of one rule on one day' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER rule_overlap_update BEFORE UPDATE ON rule FOR EACH ROW EXECUTE FUNCTION rule_overlap_update()',
    ),
}

setting = sa.table("setting", sa.column("key", sa.String), sa.column("value", sa.JSON), sa.column("source", sa.String))
rule = sa.table("rule", sa.column("key", sa.String), sa.column("value", sa.JSON), sa.column("source", sa.String))


def upgrade() -> None:
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_rule_forward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_rule_key_valid_from"), postgresql_nulls_not_distinct=True),
    )
    bind = op.get_bind()
    was_set = {row.key: row for row in bind.execute(sa.select(setting))}
    rows = [
        _kept(key, value, source, was_set[key]) if key in was_set else {"key": key, "value": value, "source": source}
        for key, value, source in RULES
    ]
    known = {row["key"] for row in rows}
    rows += [{"key": key, "value": row.value, "source": row.source} for key, row in was_set.items() if key not in known]
    bind.execute(sa.insert(rule), rows)
    for statement in GUARDS[bind.dialect.name]:
        bind.exec_driver_sql(statement)
    op.drop_table("setting")
    _keep_windows_of_feeds(bind)


def _kept(key: str, default: Any, source: str, was: Any) -> dict[str, Any]:
    """What had been set, as a row of today."""
    value = _read(key, default, was.value)
    if value is None:
        return {"key": key, "value": default, "source": _noted(source, was.value, was.source)}
    rests_on = was.source or source
    return {"key": key, "value": value, "source": rests_on if _same(value, was.value) else _noted(rests_on, was.value)}


def _read(key: str, default: Any, plain: Any) -> Any:
    """The value, or the nearest to it, that the rule may have; None when nothing is near to it."""
    if key in BOUNDS:
        least, most = BOUNDS[key]
        is_number = isinstance(plain, int | float) and not isinstance(plain, bool) and plain == plain
        return round(min(max(plain, least), most)) if is_number else None
    if not isinstance(plain, str):
        return None
    if CLOCK.fullmatch(default):
        moment = _clock(plain)
        return None if moment is None else f"{moment:%H:%M}"
    if DAY.fullmatch(default):
        return plain if DAY.fullmatch(plain) and _is_a_day(plain) else None
    return plain if LETTERS.fullmatch(plain) else None


def _clock(plain: str) -> time | None:
    """A time of the office's clock in any spelling that was read; one with a zone of its own never was."""
    try:
        moment = time.fromisoformat(plain)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else None


def _is_a_day(plain: str) -> bool:
    try:
        date.fromisoformat(f"2024-{plain}")
    except ValueError:
        return False
    return True


def _same(value: Any, plain: Any) -> bool:
    """Whether nothing was lost: «22:00:00» is 22:00."""
    return bool(value == plain) or (isinstance(value, str) and _clock(value) is not None and _clock(value) == _clock(plain))


def _noted(source: str, plain: Any, of_then: str = "") -> str:
    """The source with what had been set, and the source of that if it is another."""
    worded = f"«{plain}»" if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    note = f" (было {_cut(worded, LONGEST_NOTE)}{f': {_cut(of_then, LONGEST_NOTE)}' if of_then not in ('', source) else ''})"
    return _cut(source, LONGEST_SOURCE - len(note)) + note


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _keep_windows_of_feeds(bind: sa.Connection) -> None:
    """Feeds were digested over the constants of before and keep to them until their day turns."""
    for name, days in WINDOW:
        op.add_column("feed_state", sa.Column(name, sa.Integer(), nullable=False, server_default=days))
    triggers = _triggers(bind)
    with op.batch_alter_table("feed_state") as batch:
        for name, _ in WINDOW:
            batch.alter_column(name, server_default=None)
    for statement in triggers:
        bind.exec_driver_sql(statement)


def _triggers(bind: sa.Connection) -> list[str]:
    """SQLite makes the table anew for its defaults, and its triggers go with the old one."""
    if bind.dialect.name != "sqlite":
        return []
    return list(bind.scalars(sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'feed_state' ORDER BY name")))


def downgrade() -> None:
    raise RuntimeError("periods of rules have no place in the table of before; restore a backup instead")
