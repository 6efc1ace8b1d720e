"""`xiaoan pack`: checks and shows a district's pack. Needs no database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.cli import FAULT, json_option, print_rows
from core.cli.known import installed, known_to
from core.hooks.manager import Plugins
from core.tenancy.packs.check import examine
from core.tenancy.packs.compile import compile_pack
from core.tenancy.packs.coverage import Covered, State, coverage
from core.tenancy.packs.coverage_pages import district_page, summary_page
from core.tenancy.packs.faults import Fault
from core.tenancy.packs.layers import Layers
from core.tenancy.packs.model import Pack
from core.tenancy.packs.unconfirmed import unconfirmed

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def pack() -> None:
    """District packs: what makes one district differ from the next."""


@pack.command("check")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=FOLDER)
@json_option
@click.pass_context
def check_packs(ctx: click.Context, folders: tuple[Path, ...], as_json: bool) -> None:
    """Name every fault of the packs in DIR with file, line and what would be right; exit code 1 if there is one."""
    known = known_to(installed())
    found = {folder: examine(folder, **known) for folder in folders}
    if as_json:
        click.echo(
            json.dumps([_verdict(folder, *result) for folder, result in found.items()], ensure_ascii=False, indent=2)
        )
    else:
        for folder, (loaded, faults) in found.items():
            for fault in faults:
                click.echo(f"{folder}/{fault}")
            click.echo(f"{folder}: {_summary(loaded) if loaded else f'{len(faults)} 处错误'}")
    ctx.exit(FAULT if any(faults for _, faults in found.values()) else 0)


@pack.command("show")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--unconfirmed", "only_unconfirmed", is_flag=True, help="Only what waits for the district's word (待确认)."
)
@click.option("--compiled", is_flag=True, help="The compiled JSON, as stored per tenant.")
@json_option
@click.pass_context
def show_pack(ctx: click.Context, folder: Path, only_unconfirmed: bool, compiled: bool, as_json: bool) -> None:
    """Show what a pack holds and which values are in force, or what is 待确认."""
    loaded, faults = examine(folder, **known_to(installed()))
    if loaded is None:
        for fault in faults:
            click.echo(f"{folder}/{fault}", err=True)
        ctx.exit(FAULT)
    if compiled:
        click.echo(json.dumps(compile_pack(loaded).content, ensure_ascii=False))
    elif only_unconfirmed:
        print_rows(
            [{"at": item.at, "what": item.label, "note": item.note} for item in unconfirmed(loaded)], as_json=as_json
        )
    else:
        if not as_json:
            click.echo(f"{loaded.name}（{loaded.slug} {loaded.version}）：{_summary(loaded)}\n")
        print_rows(_values(loaded), as_json=as_json)


@pack.command("coverage")
@click.argument("folder", metavar="DIR", type=FOLDER)
@json_option
@click.pass_context
def cover_pack(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """For every clause of the notice the elements that carry it, or why none does."""
    plugins = installed()
    loaded, faults = examine(folder, **known_to(plugins))
    if loaded is None:
        for fault in faults:
            click.echo(f"{folder}/{fault}", err=True)
        ctx.exit(FAULT)
    rows = [asdict(covered) for covered in coverage(loaded, outside=_plugin_elements(plugins, loaded))]
    if as_json:
        click.echo(json.dumps({"tenant": loaded.slug, "clauses": rows}, ensure_ascii=False, indent=2))
        return
    states = Counter(row["state"] for row in rows)
    click.echo(f"{loaded.name}：{'，'.join(f'{state} {count}' for state, count in sorted(states.items()))}")
    for row in rows:
        if row["state"] == State.NOT_CARRIED:
            click.echo(f"{row['id']}  {row['kind']}  {row['reason']}")


@pack.command("coverage-pages")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=FOLDER)
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the pages.")
@click.pass_context
def write_coverage_pages(ctx: click.Context, folders: tuple[Path, ...], into: Path) -> None:
    """Write the coverage of the packs in DIR as pages: one for each, and a summary."""
    into.mkdir(parents=True, exist_ok=True)
    pages = coverage_pages(folders)
    if pages is None:
        ctx.exit(FAULT)
    for name, text in pages.items():
        (into / name).write_text(text, encoding="utf-8")
    click.echo(f"{into}: {len(pages)} pages")


def coverage_pages(folders: Iterable[Path]) -> dict[str, str] | None:
    """File name → page; None where a pack is at fault. The same packs give the same pages."""
    plugins = installed()
    known = known_to(plugins)
    found: dict[str, tuple[Pack, list[Covered]]] = {}
    for folder in sorted(folders, key=lambda own: own.name):
        loaded, _ = examine(folder, **known)
        if loaded is None:
            return None
        found[loaded.slug] = (loaded, coverage(loaded, outside=_plugin_elements(plugins, loaded)))
    return {
        **{f"{slug}.md": district_page(loaded, rows) for slug, (loaded, rows) in found.items()},
        "README.md": summary_page(found),
    }


def _plugin_elements(plugins: Plugins, loaded: Pack) -> dict[str, tuple[str, ...]]:
    """Hazard categories of the plugins that this pack switches on, with the clauses they name."""
    on = {domain.code for domain in loaded.domains if domain.plugin and domain.on}
    return {
        f"plugins.{slug}.categories[{category.code}]": category.clauses
        for slug, meta in plugins.metas.items()
        if slug in on
        for category in meta.categories
    }


def _verdict(folder: Path, loaded: Pack | None, faults: tuple[Fault, ...]) -> dict[str, Any]:
    verdict: dict[str, Any] = {
        "dir": str(folder),
        "ok": loaded is not None,
        "faults": [fault.as_dict() for fault in faults],
    }
    if loaded:
        stored = compile_pack(loaded)
        verdict |= {"slug": stored.slug, "version": stored.version, "digest": stored.digest}
    return verdict


def _summary(loaded: Pack) -> str:
    counts = (
        ("条款", loaded.clauses),
        ("读法", loaded.readings),
        ("单位类型", loaded.org_types),
        ("岗位", loaded.posts),
        ("行动", loaded.campaigns),
        ("领域", loaded.domains),
        ("环节", loaded.lifecycle.stages),
        ("动作", loaded.lifecycle.moves),
        ("待确认", unconfirmed(loaded)),
    )
    return "，".join(f"{name} {len(items)}" for name, items in counts)


def _values(loaded: Pack) -> list[dict[str, Any]]:
    return [
        {
            "key": value.key,
            "value": value.value,
            "set_by": value.set_by,
            "source": value.source or " ".join(value.clauses),
            "confirm": value.confirm,
            "others": "；".join(f"{word.set_by}={word.value}" for word in value.others if word.value is not None),
        }
        for value in Layers(loaded).all()
    ]
