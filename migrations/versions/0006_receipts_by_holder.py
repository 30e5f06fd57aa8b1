"""A form receipt belongs to whoever sent the form, with or without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_receipt", sa.Column("holder", sa.String(80), nullable=True))
    op.execute("UPDATE form_receipt SET holder = 'user:' || user_id")
    with op.batch_alter_table("form_receipt") as batch:
        batch.drop_constraint(op.f("uq_form_receipt_nonce_user_id"), type_="unique")
        batch.alter_column("holder", existing_type=sa.String(80), nullable=False)
        batch.drop_column("user_id")
        batch.create_unique_constraint(op.f("uq_form_receipt_nonce_holder"), ["nonce", "holder"])


def downgrade() -> None:
    raise RuntimeError("forms of visitors have no user; restore a backup instead")
