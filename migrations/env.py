"""Alembic's entry: hands the connection that core.db.migrate opened to the migrations. Decides nothing itself."""

from alembic import context

from core.db import migrate

attributes = context.config.attributes
options = migrate.context_options(models=attributes["models"])
options.update({name: attributes[name] for name in ("version_table", "version_table_schema") if name in attributes})

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"}, **options)
else:
    context.configure(connection=attributes["connection"], **options)

with context.begin_transaction():
    context.run_migrations()
