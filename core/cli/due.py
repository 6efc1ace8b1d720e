"""`xiaoan due`: what falls due, for whom, why, and how it stands; also for a pack and a roster that are nowhere yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.access.actor import Actor, Coverage
from core.cli import FAULT, json_option
from core.cli.composed import card_of, composed
from core.cli.known import installed, known_to
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.obligations.ahead import only_some, rows_ahead
from core.obligations.lines import due_line
from core.obligations.queries import Asked, missing_sources, stream_rows
from core.orgs.queries.units import unit_by_code
from core.orgs.services.roster.ahead import read_units
from core.tenancy.packs.check import examine

DAY = click.DateTime(["%Y-%m-%d"])
EVERYBODY = Coverage(None)
Line = dict[str, Any]


@click.command()
@click.option("--tenant", "slug", help="The district, by its short name.")
@click.option("--from", "starts", type=DAY, required=True, help="First due day.")
@click.option("--to", "ends", type=DAY, required=True, help="Last due day.")
@click.option("--org", "org", help="Only this unit, by its code.")
@click.option(
    "--pack", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Dry run: a pack."
)
@click.option(
    "--roster", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Dry run: the units, xlsx or csv."
)
@click.option("--open", "with_open", is_flag=True, help="Also what has no day: 不定期, 按需.")
@json_option
@click.pass_context
def due(  # noqa: PLR0917  click hands its options over by name
    ctx: click.Context, slug: str | None, starts: datetime, ends: datetime, org: str | None, folder: Path | None,
    roster: Path | None, with_open: bool, as_json: bool,
) -> None:  # fmt: skip
    """List what falls due from day to day: for whom, why (clauses), and how it stands.

    With --pack and --roster nothing is asked of a database: what would fall due, were the district taken in.
    """
    if (slug is None) == (folder is None):
        raise click.UsageError("say --tenant, or --pack with --roster")
    if ends < starts:
        raise click.UsageError("--to lies before --from")
    asked = Span(starts.date(), ends.date())
    lines = _ahead(ctx, folder, roster, asked, org) if folder is not None else _standing(str(slug), asked, org)
    shown = (line for line in lines if with_open or line["date"] is not None)
    with suppress(BrokenPipeError):
        _print_json(shown) if as_json else _print(shown)


def _standing(slug: str, asked: Span, org: str | None) -> Iterator[Line]:
    with composed() as parts:
        card = card_of(parts, slug)
        with parts.db.tenant(card.id, clock=parts.directory.clock(card), read_only=True) as session:
            wanted = Asked(asked, reader=Actor.system(card.id, "due"))
            if org is not None:
                unit_id = unit_by_code(session, org)
                if unit_id is None:
                    raise NotFound("没有代码为%(code)s的单位", code=org)
                wanted = replace(wanted, unit_id=unit_id)
            for row in stream_rows(session, parts.plugins, coverage=EVERYBODY, asked=wanted):
                yield due_line(row.expected, code=row.unit_code, name=row.unit_name, party=row.party, state=row.state)
            for source in missing_sources(session, parts.plugins):
                click.echo(f"{source.title}: cannot be read now, its facts are not counted", err=True)


def _ahead(ctx: click.Context, folder: Path, roster: Path | None, asked: Span, org: str | None) -> Iterator[Line]:
    pack, faults = examine(folder, **known_to(installed()))
    for fault in faults:
        click.echo(f"{folder}/{fault}", err=True)
    if pack is None:
        ctx.exit(FAULT)
    read = read_units(pack, roster)
    for said in read.faults:
        click.echo(f"{roster}：{said}", err=True)
    units = [unit for unit in read.units if org in (None, unit.code)]
    if org is not None and not units:
        raise NotFound("没有代码为%(code)s的单位", code=org)
    for row in rows_ahead(pack, units, asked):
        yield due_line(row.expected, code=row.unit.code, name=row.unit.name, party=row.party, state=row.state)
    for said in only_some(pack):
        click.echo(f"{said}: left out, a roster does not say who that is", err=True)
    if read.faults:
        ctx.exit(FAULT)


def _print_json(lines: Iterable[Line]) -> None:
    """One list, a row a line, printed as they come."""
    before = "[\n"
    for line in lines:
        click.echo(before + json.dumps(line, ensure_ascii=False), nl=False)
        before = ",\n"
    click.echo("[]" if before == "[\n" else "\n]")


def _print(lines: Iterable[Line]) -> None:
    for line in lines:
        party = f"（{'、'.join(line['party'])}）" if line["party"] else ""
        click.echo(
            f"{line['date'] or '----------'}  {line['state']:<10}  {line['org_code']} {line['org_name']}{party}  "
            f"{line['title']}  {line['period']}  {' '.join(line['source'])}"
        )
