"""What an end leaves behind: a date cancelled after it had been put off remembers that, so that restoring it does not send people to
its old time (cases 36, 37); remarks on a change that came to nothing wait for no answer any more (case 35).

Of what is stored, remarks on changes already rejected or withdrawn are marked so; a date cancelled earlier remembers nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("occurrence_fate", sa.Column("put_off_reason", sa.String(1000), nullable=False, server_default=""))
    op.add_column("occurrence_fate", sa.Column("put_off_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("remark", sa.Column("moot", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE remark SET moot = TRUE WHERE review_id IN (SELECT review.id FROM review JOIN round ON round.id = review.round_id "
        "JOIN revision AS one ON one.id = round.revision_id WHERE one.amendment AND EXISTS (SELECT 1 FROM revision AS ended "
        "WHERE ended.request_id = one.request_id AND ended.no >= one.no AND ended.amendment AND ended.state IN ('rejected', 'withdrawn') "
        "AND NOT EXISTS (SELECT 1 FROM revision AS between_ WHERE between_.request_id = one.request_id AND between_.no >= one.no "
        "AND between_.no < ended.no AND between_.state NOT IN ('returned', 'draft', 'in_review'))))"
    )


def downgrade() -> None:
    op.drop_column("remark", "moot")
    op.drop_column("occurrence_fate", "put_off_at")
    op.drop_column("occurrence_fate", "put_off_reason")
