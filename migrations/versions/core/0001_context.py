"""Context functions and the procedures that every create-table migration calls."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# tid() must stay an inlinable SQL function without sub-select: anything else costs x20 to x74,000 (tenancy.md B1).
CONTEXT = """
create function ctx.tid() returns int language sql stable parallel safe
  return nullif(current_setting('app.tenant_id', true), '')::int;
create function ctx.tids() returns int[] language sql stable parallel safe
  return coalesce(nullif(current_setting('app.tenant_ids', true), ''), '{}')::int[];
create function ctx.rids() returns int[] language sql stable parallel safe
  return coalesce(nullif(current_setting('app.row_tenant_ids', true), ''), '{}')::int[];
create function ctx.bid() returns int language sql stable parallel safe
  return nullif(current_setting('app.bureau_id', true), '')::int;

create function ctx.protect(t regclass) returns void language plpgsql as $$ begin
  execute format('alter table %s enable row level security', t);
  execute format('alter table %s force row level security', t);
  execute format('create policy tenant_rw on %s to xiaoan_app
                  using (tenant_id = ctx.tid()) with check (tenant_id = ctx.tid())', t);
  execute format('grant select, insert, update, delete on %s to xiaoan_app', t);
end $$;

-- a rollup: bureaus read it for the districts that consented
create function ctx.protect_rollup(t regclass) returns void language plpgsql as $$ begin
  perform ctx.protect(t);
  execute format('create policy bureau_rollup on %s for select to xiaoan_bureau using (tenant_id = any (ctx.tids()))', t);
  execute format('grant select on %s to xiaoan_bureau', t);
end $$;

-- rows that a district may open to a bureau by an explicit grant
create function ctx.protect_granted(t regclass) returns void language plpgsql as $$ begin
  perform ctx.protect(t);
  execute format('create policy bureau_granted on %s for select to xiaoan_bureau using (tenant_id = any (ctx.rids()))', t);
  execute format('grant select on %s to xiaoan_bureau', t);
end $$;

create function ctx.append_only(t regclass) returns void language plpgsql as $$ begin
  execute format('revoke update, delete, truncate on %s from xiaoan_app', t);
end $$;

-- work across tenants: relay, sweeper, tick; ``actions`` e.g. 'select, insert, update'
create function ctx.allow_platform(t regclass, actions text) returns void language plpgsql as $$ begin
  execute format('create policy platform_work on %s to xiaoan_platform using (true) with check (true)', t);
  execute format('grant %s on %s to xiaoan_platform', actions, t);
end $$;

revoke all on all functions in schema ctx from public;
grant execute on function ctx.tid(), ctx.tids(), ctx.rids(), ctx.bid() to xiaoan_app, xiaoan_bureau, xiaoan_platform;
grant usage on schema app, ctx to xiaoan_app, xiaoan_bureau, xiaoan_platform;
"""


def upgrade() -> None:
    op.execute(CONTEXT)


def downgrade() -> None:
    op.execute(
        """
        drop function ctx.allow_platform, ctx.append_only, ctx.protect_granted, ctx.protect_rollup, ctx.protect,
                      ctx.bid, ctx.rids, ctx.tids, ctx.tid
        """
    )
