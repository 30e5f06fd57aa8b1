"""Since when an event «переносится»: a date held before the warning was held as announced, whatever change was at work (case 36).

Of what is stored, the warning is taken to have begun with the change at work, as it was counted until now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT_WORK = "('draft', 'in_review', 'returned')"


def upgrade() -> None:
    op.add_column("event_request", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE event_request SET warned_at = (SELECT min(one.created_at) FROM revision AS one "  # noqa: S608 -- words of our own
        f"WHERE one.request_id = event_request.id AND one.amendment AND one.state IN {AT_WORK} AND one.no > "
        f"(SELECT max(ended.no) FROM revision AS ended WHERE ended.request_id = event_request.id AND ended.state NOT IN {AT_WORK})) "
        "WHERE postponing"
    )


def downgrade() -> None:
    op.drop_column("event_request", "warned_at")
