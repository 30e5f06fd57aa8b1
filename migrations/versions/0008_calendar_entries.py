"""Joint events stand in the calendars of all who hold them, what waits for its date is found at once, entries say what they were made for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITING, JOINT = "status = 'postponed' OR postponing", "co_unit_keys <> ''"


def upgrade() -> None:
    for name in ("made_for", "co_unit_keys"):
        op.add_column("publication", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name, column, wanted in (("waiting", "starts_at", WAITING), ("joint", "co_unit_keys", JOINT)):
        op.create_index(
            f"ix_publication_{name}", "publication", [column], sqlite_where=sa.text(wanted), postgresql_where=sa.text(wanted)
        )


def downgrade() -> None:
    op.drop_index("ix_publication_joint", "publication")
    op.drop_index("ix_publication_waiting", "publication")
    op.drop_column("publication", "co_unit_keys")
    op.drop_column("publication", "made_for")
