"""Alembic's entry: hands the connection that core.db.migrate opened to the migrations. Decides nothing itself."""

from alembic import context

from core.db import migrate

options = migrate.context_options(models=context.config.attributes["models"])

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"}, **options)
else:
    context.configure(connection=context.config.attributes["connection"], **options)

with context.begin_transaction():
    context.run_migrations()
