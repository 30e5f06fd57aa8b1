"""The whole house at its first release: tables, constraints, triggers and the head of the audit.

"""

import sqlalchemy as sa
from alembic import op
from events.foundation.db import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_keeps BEFORE UPDATE ON audit_entry FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END",
        "CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END",
        "CREATE TRIGGER booking_overlap_insert BEFORE INSERT ON booking FOR EACH ROW WHEN (NEW.exclusive AND NEW.state IN ('held', 'confirmed')) BEGIN SELECT RAISE(ABORT, 'ex_booking_overlap') WHERE EXISTS (SELECT 1 FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.exclusive AND other.state IN ('held', 'confirmed') AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at); END",
        "CREATE TRIGGER booking_overlap_update BEFORE UPDATE ON booking FOR EACH ROW WHEN (NEW.exclusive AND NEW.state IN ('held', 'confirmed')) BEGIN SELECT RAISE(ABORT, 'ex_booking_overlap') WHERE EXISTS (SELECT 1 FROM booking AS other WHERE other.venue_id = NEW.venue_id AND other.exclusive AND other.state IN ('held', 'confirmed') AND other.id <> NEW.id AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at); END",
        "CREATE TRIGGER revision_frozen BEFORE UPDATE ON revision FOR EACH ROW WHEN (OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.accessibility IS NOT OLD.accessibility OR NEW.age_from IS NOT OLD.age_from OR NEW.age_mark IS NOT OLD.age_mark OR NEW.age_to IS NOT OLD.age_to OR NEW.bring IS NOT OLD.bring OR NEW.buses IS NOT OLD.buses OR NEW.comment IS NOT OLD.comment OR NEW.description IS NOT OLD.description OR NEW.direction IS NOT OLD.direction OR NEW.escort IS NOT OLD.escort OR NEW.event_type IS NOT OLD.event_type OR NEW.expected IS NOT OLD.expected OR NEW.extra_directions IS NOT OLD.extra_directions OR NEW.food IS NOT OLD.food OR NEW.format IS NOT OLD.format OR NEW.goal IS NOT OLD.goal OR NEW.late_reason IS NOT OLD.late_reason OR NEW.level IS NOT OLD.level OR NEW.minors IS NOT OLD.minors OR NEW.online_url IS NOT OLD.online_url OR NEW.out_of_plan IS NOT OLD.out_of_plan OR NEW.out_of_plan_reason IS NOT OLD.out_of_plan_reason OR NEW.outdoor IS NOT OLD.outdoor OR NEW.partners IS NOT OLD.partners OR NEW.partners_note IS NOT OLD.partners_note OR NEW.photo IS NOT OLD.photo OR NEW.place_address IS NOT OLD.place_address OR NEW.place_name IS NOT OLD.place_name OR NEW.price_rub IS NOT OLD.price_rub OR NEW.price_type IS NOT OLD.price_type OR NEW.prizes IS NOT OLD.prizes OR NEW.public IS NOT OLD.public OR NEW.pupils IS NOT OLD.pupils OR NEW.pyro IS NOT OLD.pyro OR NEW.rain_plan IS NOT OLD.rain_plan OR NEW.registration IS NOT OLD.registration OR NEW.registration_url IS NOT OLD.registration_url OR NEW.responsible_id IS NOT OLD.responsible_id OR NEW.responsible_phone IS NOT OLD.responsible_phone OR NEW.safety_note IS NOT OLD.safety_note OR NEW.short_desc IS NOT OLD.short_desc OR NEW.sound IS NOT OLD.sound OR NEW.sport IS NOT OLD.sport OR NEW.stage IS NOT OLD.stage OR NEW.street_closure IS NOT OLD.street_closure OR NEW.title IS NOT OLD.title OR NEW.two_districts IS NOT OLD.two_districts OR NEW.venue_id IS NOT OLD.venue_id OR NEW.vip IS NOT OLD.vip OR NEW.vip_note IS NOT OLD.vip_note OR NEW.no IS NOT OLD.no OR NEW.request_id IS NOT OLD.request_id OR NEW.hash IS NOT OLD.hash)) BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER event_request_moves BEFORE UPDATE ON event_request FOR EACH ROW WHEN (OLD.status <> NEW.status AND NOT ((OLD.status = 'draft' AND NEW.status = 'in_review') OR (OLD.status = 'draft' AND NEW.status = 'withdrawn') OR (OLD.status = 'in_review' AND NEW.status = 'approved') OR (OLD.status = 'in_review' AND NEW.status = 'rejected') OR (OLD.status = 'in_review' AND NEW.status = 'returned') OR (OLD.status = 'in_review' AND NEW.status = 'withdrawn') OR (OLD.status = 'returned' AND NEW.status = 'in_review') OR (OLD.status = 'returned' AND NEW.status = 'withdrawn') OR (OLD.status = 'approved' AND NEW.status = 'cancelled') OR (OLD.status = 'approved' AND NEW.status = 'completed') OR (OLD.status = 'approved' AND NEW.status = 'published') OR (OLD.status = 'published' AND NEW.status = 'cancelled') OR (OLD.status = 'published' AND NEW.status = 'completed') OR (OLD.status = 'completed' AND NEW.status = 'reported') OR (OLD.status = 'reported' AND NEW.status = 'closed') OR (OLD.status = 'reported' AND NEW.status = 'completed') OR (OLD.status = 'cancelled' AND NEW.status = 'approved'))) BEGIN SELECT RAISE(ABORT, 'not a listed change of status'); END",
        "CREATE TRIGGER event_request_number_kept BEFORE UPDATE ON event_request FOR EACH ROW WHEN (OLD.number IS NOT NULL AND (NEW.number IS NULL OR NEW.number <> OLD.number)) BEGIN SELECT RAISE(ABORT, 'a number is never changed'); END",
        "CREATE TRIGGER revision_submitted_whole BEFORE UPDATE ON revision FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'in_review' AND EXISTS (SELECT 1 FROM occurrence WHERE revision_id = NEW.id AND (ends_at <= starts_at OR starts_at IS NULL OR ends_at IS NULL OR setup_from > starts_at OR teardown_to < ends_at))) BEGIN SELECT RAISE(ABORT, 'an occurrence ends before it begins'); END",
        "CREATE TRIGGER authorship_kept BEFORE DELETE ON authorship FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'authorship is kept for good'); END",
        "CREATE TRIGGER occurrence_frozen_insert BEFORE INSERT ON occurrence FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER occurrence_frozen_update BEFORE UPDATE ON occurrence FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' OR (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER occurrence_frozen_delete BEFORE DELETE ON occurrence FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER budget_line_frozen_insert BEFORE INSERT ON budget_line FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER budget_line_frozen_update BEFORE UPDATE ON budget_line FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' OR (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER budget_line_frozen_delete BEFORE DELETE ON budget_line FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER co_organizer_frozen_insert BEFORE INSERT ON co_organizer FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER co_organizer_frozen_update BEFORE UPDATE ON co_organizer FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' OR (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER co_organizer_frozen_delete BEFORE DELETE ON co_organizer FOR EACH ROW WHEN ((SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft') BEGIN SELECT RAISE(ABORT, 'a submitted revision is frozen'); END",
        "CREATE TRIGGER review_own_insert BEFORE INSERT ON review FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL AND NOT NEW.by_submission AND NEW.state = 'decided' AND EXISTS (SELECT 1 FROM authorship WHERE authorship.request_id = NEW.request_id AND authorship.user_id IN (NEW.decided_by_id, NEW.acting_for_id))) BEGIN SELECT RAISE(ABORT, 'nobody decides on an own request'); END",
        "CREATE TRIGGER review_own_update BEFORE UPDATE ON review FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL AND NOT NEW.by_submission AND NEW.state = 'decided' AND EXISTS (SELECT 1 FROM authorship WHERE authorship.request_id = NEW.request_id AND authorship.user_id IN (NEW.decided_by_id, NEW.acting_for_id))) BEGIN SELECT RAISE(ABORT, 'nobody decides on an own request'); END",
        "CREATE TRIGGER decision_own_insert BEFORE INSERT ON decision FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM authorship WHERE authorship.request_id = NEW.request_id AND authorship.user_id IN (NEW.decided_by_id, NEW.acting_for_id))) BEGIN SELECT RAISE(ABORT, 'nobody decides on an own request'); END",
        "CREATE TRIGGER decision_kept BEFORE UPDATE ON decision FOR EACH ROW WHEN (NEW.verdict <> OLD.verdict OR NEW.decided_by_id <> OLD.decided_by_id OR NEW.decided_at <> OLD.decided_at OR NEW.review_id <> OLD.review_id OR NEW.comment <> OLD.comment OR OLD.recalled_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'a decision is never rewritten, only recalled once'); END",
        "CREATE TRIGGER decision_stays BEFORE DELETE ON decision FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END",
        "CREATE TRIGGER route_version_kept BEFORE UPDATE ON route_version FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'a route version is never changed'); END",
        "CREATE TRIGGER publication_monotone BEFORE UPDATE ON publication FOR EACH ROW WHEN (NEW.sequence < OLD.sequence OR NEW.last_modified < OLD.last_modified OR NEW.uid <> OLD.uid OR NEW.created_at <> OLD.created_at) BEGIN SELECT RAISE(ABORT, 'a calendar entry never goes back'); END",
        "CREATE TRIGGER feed_state_monotone BEFORE UPDATE ON feed_state FOR EACH ROW WHEN (NEW.version < OLD.version OR NEW.changed_at < OLD.changed_at) BEGIN SELECT RAISE(ABORT, 'a feed never goes back'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER audit_entry_keeps BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_keeps()',
        "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit entries are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()',
        "CREATE FUNCTION audit_entry_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit entries are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_whole()',
        "ALTER TABLE booking ADD CONSTRAINT ex_booking_overlap EXCLUDE USING gist (int8range(venue_id::bigint, venue_id::bigint, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (exclusive AND state IN ('held', 'confirmed'))",
        "CREATE FUNCTION revision_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER revision_frozen BEFORE UPDATE ON revision FOR EACH ROW WHEN (OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.accessibility IS DISTINCT FROM OLD.accessibility OR NEW.age_from IS DISTINCT FROM OLD.age_from OR NEW.age_mark IS DISTINCT FROM OLD.age_mark OR NEW.age_to IS DISTINCT FROM OLD.age_to OR NEW.bring IS DISTINCT FROM OLD.bring OR NEW.buses IS DISTINCT FROM OLD.buses OR NEW.comment IS DISTINCT FROM OLD.comment OR NEW.description IS DISTINCT FROM OLD.description OR NEW.direction IS DISTINCT FROM OLD.direction OR NEW.escort IS DISTINCT FROM OLD.escort OR NEW.event_type IS DISTINCT FROM OLD.event_type OR NEW.expected IS DISTINCT FROM OLD.expected OR NEW.extra_directions::text IS DISTINCT FROM OLD.extra_directions::text OR NEW.food IS DISTINCT FROM OLD.food OR NEW.format IS DISTINCT FROM OLD.format OR NEW.goal IS DISTINCT FROM OLD.goal OR NEW.late_reason IS DISTINCT FROM OLD.late_reason OR NEW.level IS DISTINCT FROM OLD.level OR NEW.minors IS DISTINCT FROM OLD.minors OR NEW.online_url IS DISTINCT FROM OLD.online_url OR NEW.out_of_plan IS DISTINCT FROM OLD.out_of_plan OR NEW.out_of_plan_reason IS DISTINCT FROM OLD.out_of_plan_reason OR NEW.outdoor IS DISTINCT FROM OLD.outdoor OR NEW.partners IS DISTINCT FROM OLD.partners OR NEW.partners_note IS DISTINCT FROM OLD.partners_note OR NEW.photo IS DISTINCT FROM OLD.photo OR NEW.place_address IS DISTINCT FROM OLD.place_address OR NEW.place_name IS DISTINCT FROM OLD.place_name OR NEW.price_rub IS DISTINCT FROM OLD.price_rub OR NEW.price_type IS DISTINCT FROM OLD.price_type OR NEW.prizes IS DISTINCT FROM OLD.prizes OR NEW.public IS DISTINCT FROM OLD.public OR NEW.pupils IS DISTINCT FROM OLD.pupils OR NEW.pyro IS DISTINCT FROM OLD.pyro OR NEW.rain_plan IS DISTINCT FROM OLD.rain_plan OR NEW.registration IS DISTINCT FROM OLD.registration OR NEW.registration_url IS DISTINCT FROM OLD.registration_url OR NEW.responsible_id IS DISTINCT FROM OLD.responsible_id OR NEW.responsible_phone IS DISTINCT FROM OLD.responsible_phone OR NEW.safety_note IS DISTINCT FROM OLD.safety_note OR NEW.short_desc IS DISTINCT FROM OLD.short_desc OR NEW.sound IS DISTINCT FROM OLD.sound OR NEW.sport IS DISTINCT FROM OLD.sport OR NEW.stage IS DISTINCT FROM OLD.stage OR NEW.street_closure IS DISTINCT FROM OLD.street_closure OR NEW.title IS DISTINCT FROM OLD.title OR NEW.two_districts IS DISTINCT FROM OLD.two_districts OR NEW.venue_id IS DISTINCT FROM OLD.venue_id OR NEW.vip IS DISTINCT FROM OLD.vip OR NEW.vip_note IS DISTINCT FROM OLD.vip_note OR NEW.no IS DISTINCT FROM OLD.no OR NEW.request_id IS DISTINCT FROM OLD.request_id OR NEW.hash IS DISTINCT FROM OLD.hash)) EXECUTE FUNCTION revision_frozen()",
        "CREATE FUNCTION event_request_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not a listed change of status' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER event_request_moves BEFORE UPDATE ON event_request FOR EACH ROW WHEN (OLD.status <> NEW.status AND NOT ((OLD.status = 'draft' AND NEW.status = 'in_review') OR (OLD.status = 'draft' AND NEW.status = 'withdrawn') OR (OLD.status = 'in_review' AND NEW.status = 'approved') OR (OLD.status = 'in_review' AND NEW.status = 'rejected') OR (OLD.status = 'in_review' AND NEW.status = 'returned') OR (OLD.status = 'in_review' AND NEW.status = 'withdrawn') OR (OLD.status = 'returned' AND NEW.status = 'in_review') OR (OLD.status = 'returned' AND NEW.status = 'withdrawn') OR (OLD.status = 'approved' AND NEW.status = 'cancelled') OR (OLD.status = 'approved' AND NEW.status = 'completed') OR (OLD.status = 'approved' AND NEW.status = 'published') OR (OLD.status = 'published' AND NEW.status = 'cancelled') OR (OLD.status = 'published' AND NEW.status = 'completed') OR (OLD.status = 'completed' AND NEW.status = 'reported') OR (OLD.status = 'reported' AND NEW.status = 'closed') OR (OLD.status = 'reported' AND NEW.status = 'completed') OR (OLD.status = 'cancelled' AND NEW.status = 'approved'))) EXECUTE FUNCTION event_request_moves()",
        "CREATE FUNCTION event_request_number_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a number is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER event_request_number_kept BEFORE UPDATE ON event_request FOR EACH ROW WHEN (OLD.number IS NOT NULL AND (NEW.number IS NULL OR NEW.number <> OLD.number)) EXECUTE FUNCTION event_request_number_kept()',
        "CREATE FUNCTION revision_submitted_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'draft' AND NEW.state = 'in_review' AND EXISTS (SELECT 1 FROM occurrence WHERE revision_id = NEW.id AND (ends_at <= starts_at OR starts_at IS NULL OR ends_at IS NULL OR setup_from > starts_at OR teardown_to < ends_at)) THEN RAISE EXCEPTION 'an occurrence ends before it begins' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER revision_submitted_whole BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION revision_submitted_whole()',
        "CREATE FUNCTION authorship_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'authorship is kept for good' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER authorship_kept BEFORE DELETE ON authorship FOR EACH ROW EXECUTE FUNCTION authorship_kept()',
        "CREATE FUNCTION occurrence_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER occurrence_frozen_insert BEFORE INSERT ON occurrence FOR EACH ROW EXECUTE FUNCTION occurrence_frozen_insert()',
        "CREATE FUNCTION occurrence_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' OR (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER occurrence_frozen_update BEFORE UPDATE ON occurrence FOR EACH ROW EXECUTE FUNCTION occurrence_frozen_update()',
        "CREATE FUNCTION occurrence_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        'CREATE TRIGGER occurrence_frozen_delete BEFORE DELETE ON occurrence FOR EACH ROW EXECUTE FUNCTION occurrence_frozen_delete()',
        "CREATE FUNCTION budget_line_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER budget_line_frozen_insert BEFORE INSERT ON budget_line FOR EACH ROW EXECUTE FUNCTION budget_line_frozen_insert()',
        "CREATE FUNCTION budget_line_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' OR (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER budget_line_frozen_update BEFORE UPDATE ON budget_line FOR EACH ROW EXECUTE FUNCTION budget_line_frozen_update()',
        "CREATE FUNCTION budget_line_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        'CREATE TRIGGER budget_line_frozen_delete BEFORE DELETE ON budget_line FOR EACH ROW EXECUTE FUNCTION budget_line_frozen_delete()',
        "CREATE FUNCTION co_organizer_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER co_organizer_frozen_insert BEFORE INSERT ON co_organizer FOR EACH ROW EXECUTE FUNCTION co_organizer_frozen_insert()',
        "CREATE FUNCTION co_organizer_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' OR (SELECT state FROM revision WHERE id = NEW.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER co_organizer_frozen_update BEFORE UPDATE ON co_organizer FOR EACH ROW EXECUTE FUNCTION co_organizer_frozen_update()',
        "CREATE FUNCTION co_organizer_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM revision WHERE id = OLD.revision_id) <> 'draft' THEN RAISE EXCEPTION 'a submitted revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        'CREATE TRIGGER co_organizer_frozen_delete BEFORE DELETE ON co_organizer FOR EACH ROW EXECUTE FUNCTION co_organizer_frozen_delete()',
        "CREATE FUNCTION review_own_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.decided_by_id IS NOT NULL AND NOT NEW.by_submission AND NEW.state = 'decided' AND EXISTS (SELECT 1 FROM authorship WHERE authorship.request_id = NEW.request_id AND authorship.user_id IN (NEW.decided_by_id, NEW.acting_for_id)) THEN RAISE EXCEPTION 'nobody decides on an own request' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER review_own_insert BEFORE INSERT ON review FOR EACH ROW EXECUTE FUNCTION review_own_insert()',
        "CREATE FUNCTION review_own_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.decided_by_id IS NOT NULL AND NOT NEW.by_submission AND NEW.state = 'decided' AND EXISTS (SELECT 1 FROM authorship WHERE authorship.request_id = NEW.request_id AND authorship.user_id IN (NEW.decided_by_id, NEW.acting_for_id)) THEN RAISE EXCEPTION 'nobody decides on an own request' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER review_own_update BEFORE UPDATE ON review FOR EACH ROW EXECUTE FUNCTION review_own_update()',
        "CREATE FUNCTION decision_own_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.decided_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM authorship WHERE authorship.request_id = NEW.request_id AND authorship.user_id IN (NEW.decided_by_id, NEW.acting_for_id)) THEN RAISE EXCEPTION 'nobody decides on an own request' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER decision_own_insert BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_own_insert()',
        "CREATE FUNCTION decision_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a decision is never rewritten, only recalled once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER decision_kept BEFORE UPDATE ON decision FOR EACH ROW WHEN (NEW.verdict <> OLD.verdict OR NEW.decided_by_id <> OLD.decided_by_id OR NEW.decided_at <> OLD.decided_at OR NEW.review_id <> OLD.review_id OR NEW.comment <> OLD.comment OR OLD.recalled_at IS NOT NULL) EXECUTE FUNCTION decision_kept()',
        "CREATE FUNCTION decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a decision is never deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER decision_stays BEFORE DELETE ON decision FOR EACH ROW EXECUTE FUNCTION decision_stays()',
        "CREATE FUNCTION route_version_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a route version is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER route_version_kept BEFORE UPDATE ON route_version FOR EACH ROW EXECUTE FUNCTION route_version_kept()',
        "CREATE FUNCTION publication_monotone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a calendar entry never goes back' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER publication_monotone BEFORE UPDATE ON publication FOR EACH ROW WHEN (NEW.sequence < OLD.sequence OR NEW.last_modified < OLD.last_modified OR NEW.uid <> OLD.uid OR NEW.created_at <> OLD.created_at) EXECUTE FUNCTION publication_monotone()',
        "CREATE FUNCTION feed_state_monotone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a feed never goes back' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        'CREATE TRIGGER feed_state_monotone BEFORE UPDATE ON feed_state FOR EACH ROW WHEN (NEW.version < OLD.version OR NEW.changed_at < OLD.changed_at) EXECUTE FUNCTION feed_state_monotone()',
    ),
}


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('audit_entry',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('subject_kind', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('actor_kind', sa.String(length=10), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_subject', ['subject_kind', 'subject_id', 'seq'], unique=False)

    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_audit_head_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('auth_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('sign_in', 'reset', name='attempt_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.CheckConstraint('length(account) = 64', name=op.f('ck_auth_attempt_account_hashed')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_auth_attempt'))
    )
    with op.batch_alter_table('auth_attempt', schema=None) as batch_op:
        batch_op.create_index('ix_auth_attempt_kind_account_at', ['kind', 'account', 'at'], unique=False)
        batch_op.create_index('ix_auth_attempt_kind_origin_at', ['kind', 'origin', 'at'], unique=False)

    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('working', 'off', 'holiday', name='day_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('short', sa.Boolean(), nullable=False),
    sa.Column('works_as', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind = 'working' OR NOT short", name=op.f('ck_calendar_day_only_working_days_are_short')),
    sa.CheckConstraint("works_as IS NULL OR (kind = 'working' AND works_as BETWEEN 0 AND 6)", name=op.f('ck_calendar_day_replaces_a_weekday')),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar_day'))
    )
    op.create_table('calendar_year',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('draft', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_calendar_year'))
    )
    op.create_table('direction',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('law', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_direction'))
    )
    op.create_table('event_type',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('name_en', sa.String(length=100), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_event_type'))
    )
    op.create_table('feed_state',
    sa.Column('key', sa.String(length=140), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_feed_state'))
    )
    op.create_table('form_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(length=500), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form_receipt')),
    sa.UniqueConstraint('nonce', 'user_id', name=op.f('uq_form_receipt_nonce_user_id'))
    )
    with op.batch_alter_table('form_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_form_receipt_at'), ['at'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dedupe_key', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('recipient_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('subject_kind', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.Enum('pending', 'claimed', 'sent', 'cancelled', 'failed', name='message_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('last_error', sa.String(length=500), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("(state = 'claimed') = (lease_until IS NOT NULL)", name=op.f('ck_message_claimed_with_lease')),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_message_sent_with_time')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_message_dedupe_key'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_request_id_state', ['request_id', 'state'], unique=False)
        batch_op.create_index('ix_message_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('occurrence_key', sa.String(length=36), nullable=False),
    sa.Column('uid', sa.String(length=60), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_modified', UtcDateTime(), nullable=False),
    sa.Column('status', sa.Enum('confirmed', 'cancelled', 'withdrawn', 'postponed', name='publication_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('moved_from', UtcDateTime(), nullable=True),
    sa.Column('notice', sa.String(length=1000), nullable=False),
    sa.Column('changed_on', UtcDateTime(), nullable=True),
    sa.Column('postponing', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('short_desc', sa.String(length=600), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('unit_key', sa.String(length=40), nullable=False),
    sa.Column('unit_name', sa.String(length=120), nullable=False),
    sa.Column('unit_email', sa.String(length=254), nullable=False),
    sa.Column('unit_phone', sa.String(length=20), nullable=False),
    sa.Column('direction', sa.String(length=40), nullable=False),
    sa.Column('event_type', sa.String(length=40), nullable=False),
    sa.Column('format', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('metro', sa.String(length=60), nullable=False),
    sa.Column('accessibility', sa.String(length=500), nullable=False),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('age_from', sa.Integer(), nullable=False),
    sa.Column('age_to', sa.Integer(), nullable=False),
    sa.Column('age_mark', sa.String(length=4), nullable=False),
    sa.Column('price', sa.String(length=40), nullable=False),
    sa.Column('registration_url', sa.String(length=500), nullable=False),
    sa.Column('bring', sa.String(length=300), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('vevent', sa.LargeBinary(), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_publication_forward')),
    sa.CheckConstraint('sequence >= 0', name=op.f('ck_publication_sequence')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication')),
    sa.UniqueConstraint('occurrence_key', name=op.f('uq_publication_occurrence_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_publication_uid'))
    )
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.create_index('ix_publication_direction_starts_at', ['direction', 'starts_at'], unique=False)
        batch_op.create_index('ix_publication_request_id', ['request_id'], unique=False)
        batch_op.create_index('ix_publication_slug_starts_at', ['slug', 'starts_at'], unique=False)
        batch_op.create_index('ix_publication_starts_at_id', ['starts_at', 'id'], unique=False)
        batch_op.create_index('ix_publication_unit_key_starts_at', ['unit_key', 'starts_at'], unique=False)

    op.create_table('reason_code',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('name_en', sa.String(length=100), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_reason_code'))
    )
    op.create_table('request_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('summary', sa.String(length=600), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('duration_minutes', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_template')),
    sa.UniqueConstraint('key', name=op.f('uq_request_template_key'))
    )
    op.create_table('route',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_route')),
    sa.UniqueConstraint('key', name=op.f('uq_route_key')),
    sa.UniqueConstraint('priority', name=op.f('uq_route_priority'))
    )
    op.create_table('setting',
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_setting'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('short_name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.Enum('administration', 'department', 'institution', 'outside', name='unit_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('curator_id', sa.Integer(), nullable=True),
    sa.Column('office_hours', sa.JSON(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['curator_id'], ['unit.id'], name=op.f('fk_unit_curator_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('key', name=op.f('uq_unit_key'))
    )
    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.String(length=200), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_user_fs_uniquifier'))
    )
    op.create_table('event_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('lead_unit_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'in_review', 'returned', 'approved', 'published', 'completed', 'reported', 'closed', 'rejected', 'withdrawn', 'cancelled', name='request_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('first_start', UtcDateTime(), nullable=True),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('submitted_at', UtcDateTime(), nullable=True),
    sa.Column('approved_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('end_reason', sa.String(length=1000), nullable=False),
    sa.Column('postponing', sa.Boolean(), nullable=False),
    sa.Column('copied_from_id', sa.Integer(), nullable=True),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.CheckConstraint("number IS NOT NULL OR status IN ('draft', 'withdrawn')", name=op.f('ck_event_request_number_from_submission')),
    sa.CheckConstraint("status <> 'draft' OR number IS NULL", name=op.f('ck_event_request_draft_without_number')),
    sa.ForeignKeyConstraint(['lead_unit_id'], ['unit.id'], name=op.f('fk_event_request_lead_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_request')),
    sa.UniqueConstraint('number', name=op.f('uq_event_request_number'))
    )
    with op.batch_alter_table('event_request', schema=None) as batch_op:
        batch_op.create_index('ix_event_request_lead_unit_id_id', ['lead_unit_id', 'id'], unique=False)
        batch_op.create_index('ix_event_request_status_id', ['status', 'id'], unique=False)

    op.create_table('login_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('proved_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_login_session_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_login_session_token_hash'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index('ix_login_session_user_id_ended_at', ['user_id', 'ended_at'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('author', 'head', 'reviewer', 'coordinator', 'admin', 'analyst', name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_membership_unit_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('user_id', 'unit_id', 'role', name=op.f('uq_membership_user_id_unit_id_role'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_unit_role', ['unit_id', 'role'], unique=False)

    op.create_table('number_series',
    sa.Column('unit_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_number_series_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'year', name=op.f('pk_number_series'))
    )
    op.create_table('route_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('route_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', UtcDateTime(), nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['route_id'], ['route.id'], name=op.f('fk_route_version_route_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_route_version')),
    sa.UniqueConstraint('route_id', 'valid_from', name=op.f('uq_route_version_route_id_valid_from'))
    )
    op.create_table('venue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('metro', sa.String(length=60), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('indoor', 'outdoor', 'online', name='venue_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('accessibility', sa.JSON(), nullable=False),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('exclusive', sa.Boolean(), nullable=False),
    sa.Column('city_square', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['unit.id'], name=op.f('fk_venue_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venue')),
    sa.UniqueConstraint('key', name=op.f('uq_venue_key'))
    )
    op.create_table('authorship',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('how', sa.Enum('created', 'edited', 'submitted', name='author_how', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['event_request.id'], name=op.f('fk_authorship_request_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_authorship_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authorship')),
    sa.UniqueConstraint('request_id', 'user_id', name=op.f('uq_authorship_request_id_user_id'))
    )
    with op.batch_alter_table('authorship', schema=None) as batch_op:
        batch_op.create_index('ix_authorship_user_id', ['user_id'], unique=False)

    op.create_table('booking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('venue_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.Enum('held', 'confirmed', 'released', name='booking_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('exclusive', sa.Boolean(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('occurrence_key', sa.String(length=36), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state = 'held' OR expires_at IS NULL", name=op.f('ck_booking_only_holds_expire')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_booking_forward')),
    sa.ForeignKeyConstraint(['venue_id'], ['venue.id'], name=op.f('fk_booking_venue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.create_index('ix_booking_request_id', ['request_id'], unique=False)
        batch_op.create_index('ix_booking_venue_id_starts_at_ends_at', ['venue_id', 'starts_at', 'ends_at'], unique=False)

    op.create_table('involvement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Enum('lead', 'co_organizer', 'venue_owner', 'review', 'curator', name='involved_by', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['event_request.id'], name=op.f('fk_involvement_request_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_involvement_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_involvement')),
    sa.UniqueConstraint('unit_id', 'request_id', 'reason', name=op.f('uq_involvement_unit_id_request_id_reason'))
    )
    with op.batch_alter_table('involvement', schema=None) as batch_op:
        batch_op.create_index('ix_involvement_request_id', ['request_id'], unique=False)

    op.create_table('occurrence_fate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=36), nullable=False),
    sa.Column('mark', sa.Enum('cancelled', 'postponed', name='occurrence_mark', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['event_request.id'], name=op.f('fk_occurrence_fate_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence_fate')),
    sa.UniqueConstraint('request_id', 'key', name=op.f('uq_occurrence_fate_request_id_key'))
    )
    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'in_review', 'returned', 'approved', 'superseded', 'rejected', 'withdrawn', name='revision_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amendment', sa.Boolean(), nullable=False),
    sa.Column('section_versions', sa.JSON(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('saved_at', UtcDateTime(), nullable=False),
    sa.Column('submitted_at', UtcDateTime(), nullable=True),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('hash', sa.String(length=64), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('short_desc', sa.String(length=600), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('goal', sa.Text(), nullable=False),
    sa.Column('direction', sa.String(length=40), nullable=True),
    sa.Column('extra_directions', sa.JSON(), nullable=False),
    sa.Column('event_type', sa.String(length=40), nullable=True),
    sa.Column('level', sa.Enum('institution', 'district', 'city', 'national', name='level', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('format', sa.Enum('offline', 'online', 'mixed', name='format', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('out_of_plan', sa.Boolean(), nullable=False),
    sa.Column('out_of_plan_reason', sa.String(length=1000), nullable=False),
    sa.Column('late_reason', sa.String(length=1000), nullable=False),
    sa.Column('partners', sa.Boolean(), nullable=False),
    sa.Column('partners_note', sa.String(length=1000), nullable=False),
    sa.Column('prizes', sa.Boolean(), nullable=False),
    sa.Column('venue_id', sa.Integer(), nullable=True),
    sa.Column('place_name', sa.String(length=200), nullable=False),
    sa.Column('place_address', sa.String(length=300), nullable=False),
    sa.Column('outdoor', sa.Boolean(), nullable=False),
    sa.Column('rain_plan', sa.String(length=1000), nullable=False),
    sa.Column('two_districts', sa.Boolean(), nullable=False),
    sa.Column('accessibility', sa.String(length=500), nullable=False),
    sa.Column('online_url', sa.String(length=500), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=True),
    sa.Column('age_from', sa.Integer(), nullable=True),
    sa.Column('age_to', sa.Integer(), nullable=True),
    sa.Column('minors', sa.Boolean(), nullable=False),
    sa.Column('pupils', sa.Boolean(), nullable=False),
    sa.Column('escort', sa.String(length=1000), nullable=False),
    sa.Column('vip', sa.Boolean(), nullable=False),
    sa.Column('vip_note', sa.String(length=300), nullable=False),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('responsible_phone', sa.String(length=20), nullable=False),
    sa.Column('price_type', sa.Enum('free', 'paid', name='price_type', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('price_rub', sa.Numeric(precision=14, scale=2), nullable=True),
    sa.Column('buses', sa.Boolean(), nullable=False),
    sa.Column('street_closure', sa.Boolean(), nullable=False),
    sa.Column('food', sa.Boolean(), nullable=False),
    sa.Column('sound', sa.Boolean(), nullable=False),
    sa.Column('stage', sa.Boolean(), nullable=False),
    sa.Column('sport', sa.Boolean(), nullable=False),
    sa.Column('pyro', sa.Boolean(), nullable=False),
    sa.Column('safety_note', sa.String(length=2000), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('age_mark', sa.Enum('0+', '6+', '12+', '16+', '18+', name='age_mark', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('registration', sa.Enum('none', 'external', name='registration', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('registration_url', sa.String(length=500), nullable=False),
    sa.Column('photo', sa.Boolean(), nullable=False),
    sa.Column('bring', sa.String(length=300), nullable=False),
    sa.Column('comment', sa.String(length=1000), nullable=False),
    sa.CheckConstraint("(state = 'draft') = (hash IS NULL)", name=op.f('ck_revision_frozen_has_hash')),
    sa.ForeignKeyConstraint(['direction'], ['direction.code'], name=op.f('fk_revision_direction')),
    sa.ForeignKeyConstraint(['event_type'], ['event_type.code'], name=op.f('fk_revision_event_type')),
    sa.ForeignKeyConstraint(['request_id'], ['event_request.id'], name=op.f('fk_revision_request_id')),
    sa.ForeignKeyConstraint(['responsible_id'], ['user.id'], name=op.f('fk_revision_responsible_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['user.id'], name=op.f('fk_revision_submitted_by_id')),
    sa.ForeignKeyConstraint(['venue_id'], ['venue.id'], name=op.f('fk_revision_venue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    sa.UniqueConstraint('request_id', 'no', name=op.f('uq_revision_request_id_no'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index('uq_revision_approved', ['request_id'], unique=True, sqlite_where=sa.text("state = 'approved'"), postgresql_where=sa.text("state = 'approved'"))
        batch_op.create_index('uq_revision_working', ['request_id'], unique=True, sqlite_where=sa.text("state IN ('draft', 'in_review')"), postgresql_where=sa.text("state IN ('draft', 'in_review')"))

    op.create_table('budget_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('source', sa.Enum('state_task', 'target_subsidy', 'programme_452', 'off_budget', 'sponsor', name='budget_source', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_budget_line_not_negative')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_budget_line_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line'))
    )
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.create_index('ix_budget_line_revision_id', ['revision_id'], unique=False)

    op.create_table('co_organizer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('contributes', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_co_organizer_revision_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_co_organizer_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_co_organizer')),
    sa.UniqueConstraint('revision_id', 'unit_id', name=op.f('uq_co_organizer_revision_id_unit_id'))
    )
    op.create_table('occurrence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=36), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=True),
    sa.Column('ends_at', UtcDateTime(), nullable=True),
    sa.Column('setup_from', UtcDateTime(), nullable=True),
    sa.Column('teardown_to', UtcDateTime(), nullable=True),
    sa.Column('venue_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_occurrence_revision_id')),
    sa.ForeignKeyConstraint(['venue_id'], ['venue.id'], name=op.f('fk_occurrence_venue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence')),
    sa.UniqueConstraint('revision_id', 'key', name=op.f('uq_occurrence_revision_id_key'))
    )
    op.create_table('round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('amendment', sa.Boolean(), nullable=False),
    sa.Column('pinned', sa.JSON(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('open', 'approved', 'returned', 'taken_back', 'rejected', 'withdrawn', 'lapsed', name='round_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('forecast_at', UtcDateTime(), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closing_note', sa.Text(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f('ck_round_closed_with_time')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user.id'], name=op.f('fk_round_closed_by_id')),
    sa.ForeignKeyConstraint(['request_id'], ['event_request.id'], name=op.f('fk_round_request_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_round_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round')),
    sa.UniqueConstraint('request_id', 'no', name=op.f('uq_round_request_id_no')),
    sa.UniqueConstraint('revision_id', name=op.f('uq_round_revision_id'))
    )
    with op.batch_alter_table('round', schema=None) as batch_op:
        batch_op.create_index('uq_round_open', ['request_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('slot', sa.String(length=40), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('head', 'reviewer', name='slot_role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('kind', sa.Enum('gate', 'consult', 'inform', name='slot_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('confirming', sa.Boolean(), nullable=False),
    sa.Column('watches', sa.JSON(), nullable=False),
    sa.Column('sla_hours', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('waiting', 'open', 'decided', 'carried', 'revoked', 'lapsed', name='review_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('verdict', sa.Enum('approve', 'approve_with_remarks', 'return', 'reject', 'opinion', 'acknowledged', name='verdict', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('acting_for_id', sa.Integer(), nullable=True),
    sa.Column('by_submission', sa.Boolean(), nullable=False),
    sa.Column('orphaned', sa.Boolean(), nullable=False),
    sa.Column('active_seconds', sa.Integer(), nullable=False),
    sa.Column('carried_from_id', sa.Integer(), nullable=True),
    sa.Column('carried_from_round', sa.Integer(), nullable=True),
    sa.Column('draft_comment', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state IN ('decided', 'carried')) = (verdict IS NOT NULL)", name=op.f('ck_review_verdict_when_decided')),
    sa.CheckConstraint("NOT by_submission OR stage = 'lead'", name=op.f('ck_review_submission_satisfies_lead_only')),
    sa.CheckConstraint("state <> 'open' OR opened_at IS NOT NULL", name=op.f('ck_review_open_since')),
    sa.CheckConstraint('(decided_at IS NULL) = (verdict IS NULL)', name=op.f('ck_review_decided_with_verdict')),
    sa.CheckConstraint('decided_at IS NULL OR opened_at IS NULL OR decided_at >= opened_at', name=op.f('ck_review_decided_after_opening')),
    sa.ForeignKeyConstraint(['acting_for_id'], ['user.id'], name=op.f('fk_review_acting_for_id')),
    sa.ForeignKeyConstraint(['carried_from_id'], ['review.id'], name=op.f('fk_review_carried_from_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_review_decided_by_id')),
    sa.ForeignKeyConstraint(['request_id'], ['event_request.id'], name=op.f('fk_review_request_id')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_review_round_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_review_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('round_id', 'stage', 'slot', 'unit_id', name=op.f('uq_review_round_id_stage_slot_unit_id'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index('ix_review_request_id', ['request_id'], unique=False)
        batch_op.create_index('ix_review_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_review_unit_id_state_due_at', ['unit_id', 'state', 'due_at'], unique=False)

    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('revision_no', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Enum('approve', 'approve_with_remarks', 'return', 'reject', 'opinion', 'acknowledged', name='verdict', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason_code', sa.String(length=40), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=False),
    sa.Column('acting_for_id', sa.Integer(), nullable=True),
    sa.Column('recalled_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("verdict <> 'return' OR reason_code IS NOT NULL", name=op.f('ck_decision_return_has_reason')),
    sa.ForeignKeyConstraint(['acting_for_id'], ['user.id'], name=op.f('fk_decision_acting_for_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_decision_decided_by_id')),
    sa.ForeignKeyConstraint(['reason_code'], ['reason_code.code'], name=op.f('fk_decision_reason_code')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_decision_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index('ix_decision_request_id', ['request_id'], unique=False)
        batch_op.create_index('uq_decision_effective', ['review_id'], unique=True, sqlite_where=sa.text('recalled_at IS NULL'), postgresql_where=sa.text('recalled_at IS NULL'))

    op.create_table('remark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.Enum('content', 'schedule', 'venue', 'people', 'money', 'safety', 'publicity', name='remark_section', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('blocking', sa.Boolean(), nullable=False),
    sa.Column('released', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'declined', name='remark_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f('ck_remark_answered_with_time')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_remark_answered_by_id')),
    sa.ForeignKeyConstraint(['request_id'], ['event_request.id'], name=op.f('fk_remark_request_id')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_remark_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remark'))
    )
    with op.batch_alter_table('remark', schema=None) as batch_op:
        batch_op.create_index('ix_remark_request_id_state', ['request_id', 'state'], unique=False)
        batch_op.create_index('ix_remark_review_id', ['review_id'], unique=False)

    # ### end Alembic commands ###

    bind = op.get_bind()
    for statement in GUARDS[bind.dialect.name]:
        bind.exec_driver_sql(statement)
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")


def downgrade() -> None:
    raise RuntimeError("the first migration has nothing before it; restore a backup instead")
