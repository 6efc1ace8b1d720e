"""Packs stored before the language had words for obligations, reports, registers and checklists.

Nothing ran them then, and their form is another now: without them the pack can be read. The district's next update of its
pack brings them in the new form.
"""

from __future__ import annotations

from alembic import op

from core.db.migrate import rows_of_all_tenants

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with rows_of_all_tenants():
        op.execute(
            "update app.pack_versions set content = content - '{obligations,reports,registers,checklists}'::text[]"
            " where content ?| '{obligations,reports,registers,checklists}'"
        )


def downgrade() -> None:
    """What was left out had no effect."""
