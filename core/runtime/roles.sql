-- The database roles of Xiaoan. A psql script, may be run again at any time (it then sets the passwords anew).
-- On a server of one's own, as its administrator:
--   XIAOAN_APP_PASSWORD=… XIAOAN_BUREAU_PASSWORD=… XIAOAN_PLATFORM_PASSWORD=… XIAOAN_MIGRATE_PASSWORD=… \
--   psql -X -v database=xiaoan -f roles.sql
-- Role names are those of core/db/roles.py. No login is a member of another: PostgreSQL would join their policies with OR.
\set ON_ERROR_STOP on
\getenv app_password XIAOAN_APP_PASSWORD
\getenv bureau_password XIAOAN_BUREAU_PASSWORD
\getenv platform_password XIAOAN_PLATFORM_PASSWORD
\getenv migrate_password XIAOAN_MIGRATE_PASSWORD
set client_min_messages = warning;

select format('create role %I', name)
  from unnest(array['xiaoan_owner', 'xiaoan_migrate', 'xiaoan_app', 'xiaoan_bureau', 'xiaoan_platform']) as name
 where not exists (select from pg_roles where rolname = name)
\gexec

-- Owns every table and function; nobody logs in as it. FORCE row level security binds it too.
alter role xiaoan_owner nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls;

-- Alembic and restore. It works as `set role xiaoan_owner`, so that objects belong to the owner, and steps back to itself
-- (`reset role`) to change rows of all tenants: as a member it has the owner's rights, and only it has BYPASSRLS.
alter role xiaoan_migrate login inherit nosuperuser nocreatedb nocreaterole noreplication bypassrls password :'migrate_password';
grant xiaoan_owner to xiaoan_migrate;
alter role xiaoan_migrate set search_path = app, ctx;

-- Web and tenant jobs: one tenant at a time, by `set local app.tenant_id`.
alter role xiaoan_app login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'app_password';
alter role xiaoan_app set search_path = app, ctx;
alter role xiaoan_app set statement_timeout = '15s';
alter role xiaoan_app set idle_in_transaction_session_timeout = '60s';

-- Bureaus read: rollups of districts that consented, rows by grant.
alter role xiaoan_bureau login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'bureau_password';
alter role xiaoan_bureau set search_path = app, ctx;
alter role xiaoan_bureau set default_transaction_read_only = on;
alter role xiaoan_bureau set statement_timeout = '15s';
alter role xiaoan_bureau set idle_in_transaction_session_timeout = '60s';

-- Relay, sweeper, ticks: a few tables by explicit policy.
alter role xiaoan_platform login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'platform_password';
alter role xiaoan_platform set search_path = app, ctx;
alter role xiaoan_platform set statement_timeout = '60s';
alter role xiaoan_platform set idle_in_transaction_session_timeout = '60s';

\ir database.sql
