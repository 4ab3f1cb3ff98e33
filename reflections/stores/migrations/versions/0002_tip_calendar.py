"""The weekly plan gave way to a calendar of tips; when they come is a setting."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("DELETE FROM records WHERE kind = 'tip_plan'")


def downgrade() -> None:
    raise NotImplementedError("going back would delete what is kept; restore a backup instead")
