"""Venues: what makes them accessible is a closed list, opening hours, closures, buffers, several events at once, the safety passport.

What was said of accessibility in other words stays, as a note. Half a place on the map was none, and is taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WORDS = {
    "ровный подъезд": "step_free",
    "дорожки с твёрдым покрытием": "hard_paths",
    "пандус": "ramp",
    "лифт": "lift",
    "места для колясок": "wheelchair_places",
    "туалет для мгн": "toilet",
    "раздевалка для мгн": "changing_room",
    "парковка для инвалидов": "parking",
    "индукционная петля": "loop",
    "тактильные указатели": "tactile",
    "перевод на жестовый язык": "sign_language",
    "субтитры": "captions",
    "вход с собакой-проводником": "guide_dog",
    "помощь сотрудника": "help",
}
LONGEST_NOTE = 200
COLUMNS = (
    "accessibility_note VARCHAR(200) NOT NULL DEFAULT ''",
    "at_once INTEGER CONSTRAINT ck_venue_at_once CHECK (at_once IS NULL OR (at_once >= 2 AND NOT exclusive))",
    "buffer_before INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_venue_buffer_before CHECK (buffer_before BETWEEN 0 AND 1440)",
    "buffer_after INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_venue_buffer_after CHECK (buffer_after BETWEEN 0 AND 1440)",
    "opening_hours JSON",
    "closures JSON NOT NULL DEFAULT '[]'",
    "safety_passport_until DATE",
)
COUNTED = sa.text("at_once IS NOT NULL")

venue = sa.table(
    "venue", sa.column("id", sa.Integer), sa.column("accessibility", sa.JSON), sa.column("accessibility_note", sa.String),
    sa.column("lat", sa.Float), sa.column("lon", sa.Float),
)  # fmt: skip

GUARD_SQLITE = (
    "CREATE TRIGGER booking_count_insert BEFORE INSERT ON booking FOR EACH ROW WHEN (NEW.state IN ('held', 'confirmed') AND (NEW.exclusive OR NEW.at_once IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'ex_booking_overlap') WHERE (NEW.exclusive AND EXISTS (SELECT 1 FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND other.at_once IS NOT NULL AND other.state IN ('held', 'confirmed'))) OR (NEW.at_once IS NOT NULL AND EXISTS (SELECT 1 FROM (SELECT NEW.starts_at AS moment UNION SELECT other.starts_at FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND (other.at_once IS NOT NULL OR other.exclusive) AND other.state IN ('held', 'confirmed') AND other.starts_at > NEW.starts_at) AS begun WHERE (SELECT count(*) FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND (other.at_once IS NOT NULL OR other.exclusive) AND other.state IN ('held', 'confirmed') AND other.starts_at <= begun.moment AND other.ends_at > begun.moment) >= NEW.at_once)); END",
    "CREATE TRIGGER booking_count_update BEFORE UPDATE ON booking FOR EACH ROW WHEN (NEW.state IN ('held', 'confirmed') AND (NEW.exclusive OR NEW.at_once IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'ex_booking_overlap') WHERE (NEW.exclusive AND EXISTS (SELECT 1 FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.id <> NEW.id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND other.at_once IS NOT NULL AND other.state IN ('held', 'confirmed'))) OR (NEW.at_once IS NOT NULL AND EXISTS (SELECT 1 FROM (SELECT NEW.starts_at AS moment UNION SELECT other.starts_at FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.id <> NEW.id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND (other.at_once IS NOT NULL OR other.exclusive) AND other.state IN ('held', 'confirmed') AND other.starts_at > NEW.starts_at) AS begun WHERE (SELECT count(*) FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.id <> NEW.id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND (other.at_once IS NOT NULL OR other.exclusive) AND other.state IN ('held', 'confirmed') AND other.starts_at <= begun.moment AND other.ends_at > begun.moment) >= NEW.at_once)); END",
)
GUARD_POSTGRESQL = (
    "CREATE FUNCTION booking_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.at_once IS NOT NULL THEN PERFORM 1 FROM venue WHERE id = NEW.venue_id FOR NO KEY UPDATE; END IF; IF (NEW.exclusive AND EXISTS (SELECT 1 FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.id <> NEW.id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND other.at_once IS NOT NULL AND other.state IN ('held', 'confirmed'))) OR (NEW.at_once IS NOT NULL AND EXISTS (SELECT 1 FROM (SELECT NEW.starts_at AS moment UNION SELECT other.starts_at FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.id <> NEW.id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND (other.at_once IS NOT NULL OR other.exclusive) AND other.state IN ('held', 'confirmed') AND other.starts_at > NEW.starts_at) AS begun WHERE (SELECT count(*) FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.id <> NEW.id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at AND (other.at_once IS NOT NULL OR other.exclusive) AND other.state IN ('held', 'confirmed') AND other.starts_at <= begun.moment AND other.ends_at > begun.moment) >= NEW.at_once)) THEN RAISE EXCEPTION 'ex_booking_overlap' USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER booking_count BEFORE INSERT OR UPDATE ON booking FOR EACH ROW WHEN (NEW.state IN ('held', 'confirmed') AND (NEW.exclusive OR NEW.at_once IS NOT NULL)) EXECUTE FUNCTION booking_count()",
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE venue ADD COLUMN {column}")
    op.execute(
        "ALTER TABLE booking ADD COLUMN at_once INTEGER CONSTRAINT ck_booking_at_once "
        "CHECK (at_once IS NULL OR (at_once >= 2 AND NOT exclusive))"
    )
    op.create_index("ix_booking_counted", "booking", ["venue_id", "starts_at", "ends_at"], sqlite_where=COUNTED, postgresql_where=COUNTED)
    bind = op.get_bind()
    for statement in GUARD_POSTGRESQL if bind.dialect.name == "postgresql" else GUARD_SQLITE:
        bind.exec_driver_sql(statement)
    op.execute(venue.update().where(sa.or_(venue.c.lat.is_(None), venue.c.lon.is_(None))).values(lat=None, lon=None))
    for row in bind.execute(sa.select(venue.c.id, venue.c.accessibility)).all():
        said = [str(one).strip() for one in row.accessibility or ()]
        known = {WORDS[one.casefold()] for one in said if one.casefold() in WORDS}
        note = ", ".join(one for one in said if one and one.casefold() not in WORDS)[:LONGEST_NOTE]
        ordered = [one for one in WORDS.values() if one in known]
        bind.execute(venue.update().where(venue.c.id == row.id).values(accessibility=ordered, accessibility_note=note))


def downgrade() -> None:
    bind = op.get_bind()
    by_code = {code: word for word, code in WORDS.items()} | {"toilet": "туалет для МГН", "changing_room": "раздевалка для МГН"}
    for row in bind.execute(sa.select(venue.c.id, venue.c.accessibility, venue.c.accessibility_note)).all():
        said = [by_code[one] for one in row.accessibility] + [one for one in row.accessibility_note.split(", ") if one]
        bind.execute(venue.update().where(venue.c.id == row.id).values(accessibility=said))
    if bind.dialect.name == "postgresql":
        for statement in ("DROP TRIGGER booking_count ON booking", "DROP FUNCTION booking_count()"):
            bind.exec_driver_sql(statement)
    else:
        for name in ("insert", "update"):
            bind.exec_driver_sql(f"DROP TRIGGER booking_count_{name}")
    op.drop_index("ix_booking_counted", table_name="booking")
    op.drop_column("booking", "at_once")
    for column in COLUMNS:
        op.drop_column("venue", column.split(" ", 1)[0])
