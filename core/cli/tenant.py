"""`xiaoan tenant`: take districts and bureaus in, list them, open one to the other, carry one elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import click

from core.cli import json_option, print_rows
from core.cli.composed import card_of, composed
from core.cli.moving import export_tenant, import_tenant
from core.cli.scope import commander
from core.cli.taking_in import onboard_bureau, onboard_district, take_in, update_district
from core.kernel.clock import local_date
from core.oversight.indicators import CODES
from core.oversight.services.consents import grant_consent

__all__ = ["take_in", "tenant"]


@click.group()
def tenant() -> None:
    """Districts and bureaus."""


@tenant.command("list")
@json_option
def list_tenants(as_json: bool) -> None:
    """List all tenants."""
    with composed() as parts:
        rows = [asdict(card) for card in parts.directory.all()]
    print_rows(rows, as_json=as_json)


@tenant.command()
@click.option("--district", "district_slug", required=True, help="Short name of the district that opens itself.")
@click.option("--bureau", "bureau_slug", required=True, help="Short name of the bureau.")
@click.option(
    "--indicator", "shown", type=click.Choice(sorted(CODES)), multiple=True, help="Group of figures.  [default: all]"
)
@click.option("--rows", is_flag=True, help="Single hazards (without persons) too.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day.  [default: until revoked]")
@json_option
def consent(
    district_slug: str, bureau_slug: str, shown: tuple[str, ...], rows: bool, until: Any, as_json: bool
) -> None:
    """Let a bureau see figures of a district, on the written decision of the district."""
    with composed() as parts:
        district, bureau = card_of(parts, district_slug), card_of(parts, bureau_slug)
        last: date | None = until.date() if until is not None else None
        with parts.db.tenant(district.id, clock=parts.directory.clock(district)) as session:
            consent_id = grant_consent(
                session, actor=commander(district.id, "tenant consent"), bureau=bureau, shown=shown or tuple(CODES), rows_granted=rows,
                valid_from=local_date(session.now()), valid_until=last,
            )  # fmt: skip
    print_rows(
        [{"district": district_slug, "bureau": bureau_slug, "consent": str(consent_id), "rows": rows}], as_json=as_json
    )


tenant.add_command(onboard_district)
tenant.add_command(onboard_bureau)
tenant.add_command(update_district)
tenant.add_command(export_tenant)
tenant.add_command(import_tenant)
