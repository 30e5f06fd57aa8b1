"""A message goes by a channel, which is a part of its key. Until now there was e-mail only.

Keys are lengthened some thousand rows at a time: one statement over a large outbox could take longer than PostgreSQL is told to wait.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PORTION = 20_000

message = sa.table("message", sa.column("id", sa.Integer), sa.column("dedupe_key", sa.String), sa.column("channel", sa.String))


def upgrade() -> None:
    op.add_column("message", sa.Column("channel", sa.String(32), nullable=False, server_default="email"))
    with op.batch_alter_table("message") as batch:
        batch.alter_column("dedupe_key", existing_type=sa.String(200), type_=sa.String(240), existing_nullable=False)
        batch.alter_column("channel", existing_type=sa.String(32), existing_nullable=False, server_default=None)
        batch.create_check_constraint("message_channel", "channel IN ('email')")
        batch.drop_index("ix_message_state_due_at")
        batch.create_index("ix_message_state_channel_due_at", ["state", "channel", "due_at"])
    _rewrite(message.c.dedupe_key + ":email")


def downgrade() -> None:
    bind = op.get_bind()
    if bind.scalar(sa.select(sa.exists().where(message.c.channel != "email"))):
        raise RuntimeError("messages of other channels than e-mail would be lost; restore a backup instead")
    _rewrite(sa.func.substr(message.c.dedupe_key, 1, sa.func.length(message.c.dedupe_key) - len(":email")))
    with op.batch_alter_table("message") as batch:
        batch.drop_index("ix_message_state_channel_due_at")
        batch.drop_constraint(op.f("ck_message_message_channel"), type_="check")
        batch.drop_column("channel")
        batch.alter_column("dedupe_key", existing_type=sa.String(240), type_=sa.String(200), existing_nullable=False)
        batch.create_index("ix_message_state_due_at", ["state", "due_at"])


def _rewrite(key: sa.ColumnElement[str]) -> None:
    """Give every message its new key."""
    bind = op.get_bind()
    for first in range(1, (bind.scalar(sa.select(sa.func.max(message.c.id))) or 0) + 1, PORTION):
        bind.execute(sa.update(message).where(message.c.id >= first, message.c.id < first + PORTION).values(dedupe_key=key))
