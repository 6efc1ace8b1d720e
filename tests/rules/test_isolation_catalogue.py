"""Law: the ten rules of tenancy.md A5 hold for every table, index, key, function and view of the schema.

Each rule is a query that returns offenders. It must return none on the migrated schema, and each must fire on a
deliberately bad schema, so that no rule is a dead letter.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from core.runtime.embedded import Embedded

REFERENCE = {"tenants", "alembic_version", "plugin_states"}
"""Tables of no tenant, each with its reason: the list of tenants itself; the migrations' own mark; what is installed."""

TENANT_TABLES = f"""
  select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'app' and c.relkind in ('r', 'p') and c.relname not in ({", ".join(repr(name) for name in sorted(REFERENCE))})
"""

LOGINS = "no login that serves is superuser, bypasses row-level security, owns tables or belongs to another"
RULES = {
    "row-level security is enabled and forced, with USING and WITH CHECK for the application": f"""
      with t as ({TENANT_TABLES})
      select t.relname from t where not (t.relrowsecurity and t.relforcerowsecurity) or not exists (
        select 1 from pg_policies p where p.schemaname = 'app' and p.tablename = t.relname and 'xiaoan_app' = any (p.roles)
          and p.qual is not null and p.with_check is not null and p.cmd = 'ALL')""",
    "every primary and unique key begins with tenant_id": f"""
      with t as ({TENANT_TABLES})
      select t.relname || '.' || i.indexrelid::regclass from t join pg_index i on i.indrelid = t.oid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0] where i.indisunique and a.attname <> 'tenant_id'""",
    "every table of a tenant has tenant_id": f"""
      with t as ({TENANT_TABLES})
      select t.relname from t where not exists (
        select 1 from pg_attribute a where a.attrelid = t.oid and a.attname = 'tenant_id' and a.attnotnull)""",
    "every foreign key between tenant tables carries tenant_id": f"""
      with t as ({TENANT_TABLES})
      select k.conname from pg_constraint k join t on t.oid = k.conrelid where k.contype = 'f'
      and k.confrelid in (select oid from t) and not exists (
        select 1 from generate_subscripts(k.conkey, 1) i
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[i]
        join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[i]
        where a.attname = 'tenant_id' and b.attname = 'tenant_id')""",
    "no partition is granted to anybody": """
      select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'app' and c.relispartition
      and exists (select 1 from aclexplode(c.relacl) x where x.grantee <> c.relowner)""",
    "every view is security_invoker and there is no materialized view": """
      select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('app', 'ctx')
      and (c.relkind = 'm' or c.relkind = 'v' and not coalesce('security_invoker=true' = any (c.reloptions), false))""",
    "no function is SECURITY DEFINER": """
      select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('app', 'ctx') and p.prosecdef""",
    LOGINS: """
      select r.rolname::text from pg_roles r where r.rolname in ('xiaoan_app', 'xiaoan_bureau', 'xiaoan_platform')
      and (r.rolsuper or r.rolbypassrls or exists (select 1 from pg_auth_members m where m.member = r.oid)
           or exists (select 1 from pg_class c where c.relowner = r.oid))""",
    "no index over a type whose equality is not leakproof": """
      select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
      join pg_type y on y.oid = a.atttypid
      where n.nspname = 'app' and (y.typtype = 'e' or y.typname in ('numeric', 'citext', 'jsonb', 'tsvector'))""",
    "no GIN and no expression index": """
      select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace join pg_am m on m.oid = c.relam
      where n.nspname = 'app' and (m.amname <> 'btree' or i.indexprs is not null)""",
    "no policy with a sub-select": """
      select p.tablename || '.' || p.policyname from pg_policies p
      where p.schemaname = 'app' and (p.qual ~* 'select' or p.with_check ~* 'select')""",
    "nothing but the grants of a policy: the bureau login only reads": """
      select c.relname || ' ' || x.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace,
      lateral aclexplode(c.relacl) x where n.nspname = 'app' and x.grantee = 'xiaoan_bureau'::regrole and x.privilege_type <> 'SELECT'""",
}

BAD = """
create table app.bad_open (tenant_id int not null, id int primary key);
create table app.bad_no_tenant (id int);
create table app.bad_child (tenant_id int not null, id int, parent int references app.bad_open (id), primary key (tenant_id, id));
create table app.bad_parts (tenant_id int not null, at date not null) partition by range (at);
create table app.bad_part partition of app.bad_parts for values from ('2020-01-01') to ('2021-01-01');
grant select on app.bad_part to xiaoan_app;
create view app.bad_view as select 1 as one;
create function app.bad_definer() returns int language sql security definer return 1;
create table app.bad_numeric (tenant_id int not null, score numeric, name text, primary key (tenant_id, name));
create index on app.bad_numeric (tenant_id, score);
create index on app.bad_numeric (tenant_id, lower(name));
create policy bad_policy on app.bad_numeric using (tenant_id = (select 1));
grant insert on app.bad_numeric to xiaoan_bureau;
"""


@pytest.fixture(scope="module")
def migrate_url(environ: dict[str, str]) -> str:
    return environ["DATABASE_URL_MIGRATE"]


@pytest.fixture
def schema(migrate_url: str) -> Iterator[Connection]:
    engine = create_engine(migrate_url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.mark.parametrize("rule", RULES)
def test_schema_when_migrated_then_keeps(schema: Connection, rule: str) -> None:
    assert schema.scalars(text(RULES[rule])).all() == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != LOGINS])
def test_rule_when_schema_is_bad_then_fires(schema: Connection, rule: str) -> None:
    schema.execute(text("set local role xiaoan_owner"))
    for statement in BAD.split(";"):
        if statement.strip():
            schema.execute(text(statement))
    assert schema.scalars(text(RULES[rule])).all() != []


def test_rule_when_a_login_belongs_to_another_then_fires(embedded: Embedded) -> None:
    """Roles belong to the whole cluster: only its administrator can make a bad one, inside a transaction that is undone."""
    found = embedded.postgres.psql(f"begin; grant xiaoan_platform to xiaoan_app; {RULES[LOGINS]}; rollback;")
    assert found.splitlines() == ["xiaoan_app"]
