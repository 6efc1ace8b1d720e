-- One database of Xiaoan, made if it is missing, and who may enter it. A psql script; roles.sql runs it at its end.
-- psql -X -v database=xiaoan [-v template=other] -f database.sql
\set ON_ERROR_STOP on
\if :{?database}
\else
  \set database xiaoan
\endif
\if :{?template}
\else
  \set template template0
\endif
set client_min_messages = warning;

select format('create database %I owner xiaoan_owner template %I encoding ''UTF8''', :'database', :'template')
 where not exists (select from pg_database where datname = :'database')
\gexec

-- A clone does not inherit these from its template. TEMP would let an injected statement shadow a table.
revoke all on database :"database" from public;
grant connect on database :"database" to xiaoan_migrate, xiaoan_app, xiaoan_bureau, xiaoan_platform;

\connect :"database"
set client_min_messages = warning;
revoke all on schema public from public;
create schema if not exists app authorization xiaoan_owner;
create schema if not exists ctx authorization xiaoan_owner;
grant usage on schema app, ctx to xiaoan_app, xiaoan_bureau, xiaoan_platform;
