"""Migrations that plugins from elsewhere bring along: each a chain of its own, so that one at fault stops only itself.

The product's own plugins stand in the one chain of the product. A wheel brings a folder ``migrations`` beside its plugin
module; where it stands is kept in ``ctx.chain_<slug>``, what became of it in ``app.plugin_states``. Taking the wheel out
leaves both, and its tables, as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

GROUP = "xiaoan.plugins"
MOMENT = "migration"
SCHEMA = "ctx"
MARK = "chain_"
"""How the tables begin that say where a chain stands."""


@dataclass(frozen=True)
class Chain:
    """``folder`` holds the revision files of the plugin ``slug``."""

    slug: str
    folder: Path

    @property
    def version_table(self) -> str:
        return f"{MARK}{self.slug}"

    def head(self) -> str | None:
        """The revision that its tables have to be at. Raises what Alembic raises for a folder that is no chain."""
        return ScriptDirectory.from_config(self.config()).get_current_head()

    def config(self) -> Config:
        config = Config()
        config.set_main_option("script_location", _escaped(MIGRATIONS))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", _escaped(self.folder))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        config.attributes.update(models=False, version_table=self.version_table, version_table_schema=SCHEMA)
        return config


MIGRATIONS = Path(__file__).parents[2] / "migrations"


def chains(points: Iterable[EntryPoint] | None = None) -> list[Chain]:
    """Of every entry point whose package has the folder; one that cannot even be looked for has none."""
    found = []
    for point in sorted(entry_points(group=GROUP) if points is None else points, key=lambda point: point.name):
        try:
            spec = find_spec(point.module)
        except Exception:  # noqa: BLE001, S112  its package raises: said when the plugin is loaded
            continue
        folder = Path(spec.origin).parent / "migrations" if spec and spec.origin else None
        if folder and folder.is_dir():
            found.append(Chain(point.name, folder))
    return found


def note_success(connection: Connection, chain: Chain, revision: str | None) -> None:
    """Its tables stand at ``revision``; an older fault of its migrations is over. Commits."""
    connection.execute(
        text(
            "insert into app.plugin_states as p (slug, revision) values (:slug, :revision) on conflict (slug) do update"
            " set revision = excluded.revision, moment = case p.moment when :moment then '' else p.moment end,"
            " fault = case p.moment when :moment then '' else p.fault end,"
            " since = case p.moment when :moment then null else p.since end"
        ),
        {"slug": chain.slug, "revision": revision, "moment": MOMENT},
    )
    connection.commit()


def note_fault(connection: Connection, chain: Chain, fault: str) -> None:
    """Since when stays while it fails for the same reason. Commits."""
    connection.execute(
        text(
            "insert into app.plugin_states as p (slug, moment, fault, since) values (:slug, :moment, :fault, now())"
            " on conflict (slug) do update set moment = excluded.moment, fault = excluded.fault,"
            " since = case when (p.moment, p.fault) = (excluded.moment, excluded.fault) then p.since else now() end"
        ),
        {"slug": chain.slug, "moment": MOMENT, "fault": fault},
    )
    connection.commit()


def gone(connection: Connection) -> frozenset[str]:
    """Plugins that were here once and are not installed: their tables stay and nobody models them."""
    known = connection.scalars(text("select slug from app.plugin_states")).all()
    return frozenset(known) - {point.name for point in entry_points(group=GROUP)}


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
