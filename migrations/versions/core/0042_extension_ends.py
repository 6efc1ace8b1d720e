"""延期申请: may be withdrawn by the unit, and is void once the hazard is over."""

from __future__ import annotations

from alembic import op

from core.db.migrate import rows_of_all_tenants

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLE = "hazard_extension_requests"
CHECK = f"ck_{TABLE}__state"


def upgrade() -> None:
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
    op.create_check_constraint(op.f(CHECK), TABLE, "state in ('asked', 'granted', 'refused', 'withdrawn', 'void')")
    with rows_of_all_tenants():
        op.execute(
            f"update app.{TABLE} r set state = 'void', decided_at = coalesce(h.closed_at, h.updated_at) from app.hazards h"
            " where h.tenant_id = r.tenant_id and h.id = r.hazard_id and r.state = 'asked' and h.canonical in ('closed', 'cancelled')"
        )


def downgrade() -> None:
    with rows_of_all_tenants():
        op.execute(f"update app.{TABLE} set state = 'refused' where state in ('withdrawn', 'void')")
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
    op.create_check_constraint(op.f(CHECK), TABLE, "state in ('asked', 'granted', 'refused')")
