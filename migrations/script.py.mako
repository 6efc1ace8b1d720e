"""${message}"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
# from core.db.migrate import rows_of_all_tenants   # with rows_of_all_tenants(): changes rows past row-level security

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    # Every new tenant table: op.execute("select ctx.protect('app.<table>')")


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
