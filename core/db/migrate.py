"""Runs the one linear chain of migrations as the migration login, without making readers wait behind a lock.

Knows Alembic and the folders of the migrations; knows no table.
"""

import io
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import SchemaItem

from core.db import models_index, plugin_chains, roles
from core.db.base import Base
from core.db.plugin_chains import MIGRATIONS, Chain

LOCK = 0x78616F616E  # "xaoan": one migration run at a time in a database
LOCK_TIMEOUT = "300ms"
"""Longer, and every reader queues behind the waiting ALTER (measured: 5 s behind a 5 s reader)."""
ATTEMPTS = 20
RETRIED = {"55P03", "40P01"}  # lock not available, deadlock


class MigrationBusy(RuntimeError):
    """The lock a migration needs was never free; nothing of that migration has happened."""


def upgrade(
    url: str,
    target: str = "heads",
    *,
    note: Callable[[str], None] | None = None,
    points: Iterable[EntryPoint] | None = None,
) -> None:
    """Bring a database up to `target`, then, if that is the top, what plugins from elsewhere bring along.

    `url` is the migration login's. A plugin whose migration fails is kept out, which `note` is told; it stops nobody.
    """
    _run(url, _config, lambda config: command.upgrade(config, target), note)
    if target == "heads":
        for chain in plugin_chains.chains(points):
            _upgrade_chain(url, chain, note)


def _upgrade_chain(url: str, chain: Chain, note: Callable[[str], None] | None) -> None:
    def config(connection: Connection) -> Config:
        own = chain.config()
        own.attributes.update(connection=connection)
        return own

    try:
        head = chain.head()
        _run(url, config, lambda own: command.upgrade(own, "heads"), note)
    except Exception as fault:  # noqa: BLE001  whatever a plugin's migration does wrong stops only that plugin
        with _connection(url) as connection:
            plugin_chains.note_fault(connection, chain, _reason(fault))
        if note:
            note(f"plugin {chain.slug} is kept out, its migration fails: {_reason(fault)}")
        return
    with _connection(url) as connection:
        plugin_chains.note_success(connection, chain, head)


def _reason(fault: Exception) -> str:
    """What the database or Python says, in its first line."""
    told = str(fault.orig if isinstance(fault, DBAPIError) else fault).strip()
    return f"{type(fault).__name__}: {told.splitlines()[0] if told else repr(fault)}"


def downgrade(url: str, target: str, *, note: Callable[[str], None] | None = None) -> None:
    """Bring a database down to `target` ("base" empties it)."""
    _run(url, _config, lambda config: command.downgrade(config, target), note)


def pending(url: str) -> list[str]:
    """Revisions that the database lacks, first to last."""
    scripts = ScriptDirectory.from_config(_config())
    with _connection(url) as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    missing = scripts.iterate_revisions("heads", current or "base")
    return [script.revision for script in missing][::-1]


def check_drift(url: str) -> list[str]:
    """Differences between the models and the database, in words; empty when they agree."""
    options = context_options(models=True)
    metadata = options.pop("target_metadata")
    with _connection(url) as connection:
        left = plugin_chains.gone(connection)
        connection.rollback()
        options["include_object"] = lambda item, name, kind, *rest: (
            _is_modelled(item, name, kind, *rest) and not (kind == "table" and _of(name or "", left))
        )
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, metadata)
        # Changes of one column come as a list of tuples, everything else as one tuple.
        return [
            _in_words(one)
            for difference in found
            for one in (difference if isinstance(difference, list) else [difference])
        ]


def _in_words(difference: tuple[Any, ...]) -> str:
    """("modify_type", "app", "hazards", "no", …) or ("add_index", Index(…)) → "modify_type hazards.no", "add_index ix_… on …"."""
    what, *parts = difference
    names = [
        part if isinstance(part, str) else _name(part)
        for part in parts
        if part is not None and not isinstance(part, dict)
    ]
    return f"{what} {' '.join(names)}"


def _name(item: object) -> str:
    table = getattr(getattr(item, "table", None), "name", None)
    name = getattr(item, "name", None)
    if name is None:
        return repr(item)
    return f"{table}.{name}" if table else str(name)


def sql(target: str = "heads") -> str:
    """The SQL of the whole chain, for review and linting."""
    printed = io.StringIO()
    command.upgrade(_config(output=printed), target, sql=True)
    return printed.getvalue()


def code_revision() -> str:
    """The newest revision that this code knows of the core's chain."""
    return "+".join(ScriptDirectory.from_config(_config()).get_heads())


def new_revision(url: str, *, owner: str, message: str) -> Path:
    """Write the next migration of `owner` (core or a plugin) from the differences between models and database."""
    folder = MIGRATIONS / "versions" / owner
    folder.mkdir(parents=True, exist_ok=True)
    number = 1 + max(
        (int(path.name[:4]) for path in MIGRATIONS.glob("versions/*/[0-9][0-9][0-9][0-9]_*.py")), default=0
    )
    with _connection(url) as connection:
        made = command.revision(
            _config(connection, models=True),
            message,
            autogenerate=True,
            version_path=str(folder),
            rev_id=f"{number:04d}",
        )
    if made is None or isinstance(made, list):
        raise RuntimeError("alembic wrote no single revision")
    return Path(made.path)


@contextmanager
def rows_of_all_tenants() -> Iterator[None]:
    """Inside a migration: change rows past row-level security, which binds even the owner of the tables."""
    op.execute("reset role")
    yield
    op.execute(f"set role {roles.OWNER}")


def context_options(*, models: bool) -> dict[str, Any]:
    """What env.py and the drift check tell Alembic. Only comparing needs the models: going up must not import them."""
    if models:
        models_index.load()
    return {
        "target_metadata": Base.metadata if models else None,
        # One transaction each: a lock that is not free costs one migration's work, not the run's.
        "transaction_per_migration": True,
        "compare_type": True,
        "include_object": _is_modelled,
    }


def _is_modelled(item: SchemaItem, name: str | None, kind: str, reflected: bool, compare_to: SchemaItem | None) -> bool:
    """Monthly partitions are made by a job; their parent is the model. Marks of the plugins' chains are Alembic's."""
    unknown = kind == "table" and reflected and compare_to is None
    return not (unknown and (_is_partition(name or "") or (name or "").startswith(plugin_chains.MARK)))


def _of(table: str, slugs: Iterable[str]) -> bool:
    return table.startswith(tuple(f"{slug}_" for slug in slugs))


def _is_partition(table: str) -> bool:
    parent, _, suffix = table.rpartition("_p")
    return suffix.isdigit() and parent in Base.metadata.tables


def _run(
    url: str,
    configured: Callable[[Connection], Config],
    work: Callable[[Config], None],
    note: Callable[[str], None] | None,
) -> None:
    with _connection(url) as guard, guard.begin():
        guard.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        for attempt in range(1, ATTEMPTS + 1):
            with _connection(url, lock_timeout=LOCK_TIMEOUT) as connection:
                try:
                    work(configured(connection))
                    return
                except DBAPIError as fault:
                    if getattr(fault.orig, "pgcode", None) not in RETRIED:
                        raise
            if note:
                note(f"a lock was not free, attempt {attempt} of {ATTEMPTS}")
            # Jitter: two migrations of one cluster must not meet again each time.
            time.sleep(random.uniform(0.2, 0.8) * min(attempt, 5))  # noqa: S311  no secret
    raise MigrationBusy(f"a table was locked by others at all {ATTEMPTS} attempts; try again when less is going on")


@contextmanager
def _connection(url: str, *, lock_timeout: str = "0") -> Iterator[Connection]:
    """As the owner, so that what is made belongs to it. The settings are committed: a rollback must not undo them."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        for statement in (
            f"set role {roles.OWNER}",
            "set search_path = app, ctx",
            f"set lock_timeout = '{lock_timeout}'",
            "set statement_timeout = 0",
        ):
            connection.exec_driver_sql(statement)
        connection.commit()
        yield connection


def _config(connection: Connection | None = None, *, models: bool = False, output: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=output) if output else Config()
    config.set_main_option("script_location", _escaped(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(_escaped(folder) for folder in _folders()))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(connection=connection, models=models)
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _folders() -> list[Path]:
    """Every owner's folder: one chain. What packages from elsewhere bring is in core.db.plugin_chains."""
    return sorted(
        folder for folder in (MIGRATIONS / "versions").glob("*") if folder.is_dir() and folder.name[0] not in "_."
    )
