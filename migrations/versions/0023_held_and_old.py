"""Indexes for what the worker looks for among ever more rows: bookings that are held, sign-ins of long ago."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.create_index("ix_booking_held", "booking", ["request_id", "expires_at"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index("ix_login_session_seen_at", "login_session", ["seen_at"])


def downgrade() -> None:
    op.drop_index("ix_login_session_seen_at", table_name="login_session")
    op.drop_index("ix_booking_held", table_name="booking")
