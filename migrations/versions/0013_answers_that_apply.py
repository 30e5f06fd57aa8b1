"""An online event holds no hall, and a link that the form takes has room beside any address.

Given back is only what others could want (exclusive) and nothing of the request needs: neither what is in force nor what is being
written or reviewed is held at a place.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STREET, STREET_AND_LINK = 300, 802
_SAID = "SELECT 1 FROM revision WHERE revision.request_id = booking.request_id AND revision.state IN "


def upgrade() -> None:
    _hold("address", STREET, STREET_AND_LINK)
    op.execute(
        "UPDATE booking SET state = 'released', expires_at = NULL WHERE exclusive AND state IN ('held', 'confirmed') "
        f"AND EXISTS ({_SAID} ('in_review', 'approved') AND revision.format = 'online') "
        f"AND NOT EXISTS ({_SAID} ('draft', 'in_review', 'approved') AND (revision.format IS NULL OR revision.format <> 'online'))"
    )


def downgrade() -> None:
    """Longer addresses lose their links first, as they would have had none before."""
    op.execute(f"UPDATE publication SET address = substr(address, 1, {STREET}) WHERE length(address) > {STREET}")
    _hold("address", STREET_AND_LINK, STREET)


def _hold(column: str, before: int, after: int) -> None:
    """The column's length. SQLite keeps texts of any length, but its table says so too; it is made anew and its triggers with it."""
    bind, triggers = op.get_bind(), sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'publication'")
    kept = bind.scalars(triggers).all() if bind.dialect.name == "sqlite" else []
    with op.batch_alter_table("publication") as table:
        table.alter_column(column, existing_type=sa.String(before), type_=sa.String(after), existing_nullable=False)
    for statement in kept:
        bind.exec_driver_sql(statement)
