"""Owners with their wrapped keys, sealed records, and tombstones."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "owners",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("owner", sa.Text, sa.ForeignKey("owners.id", ondelete="CASCADE")),
        sa.Column("kind", sa.Text),
        sa.Column("id", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready", sa.DateTime(timezone=True)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("owner", "kind", "id"),
    )
    op.create_index("records_at", "records", ["owner", "kind", "at"])
    op.create_index(
        "records_ready", "records", ["ready"], postgresql_where=sa.text("ready IS NOT NULL")
    )
    op.create_table("erased", sa.Column("stone", sa.Text, primary_key=True))


def downgrade() -> None:
    raise NotImplementedError("going back would delete what is kept; restore a backup instead")
