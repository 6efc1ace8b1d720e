"""`xiaoan settings`: what this process would run with."""

import os
from typing import Any

import click

from core.cli import json_option, print_rows
from core.settings import load_settings
from core.settings.model import described


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """Check the settings and print them, secrets left out."""
    loaded = load_settings(os.environ)
    rows: list[dict[str, Any]] = []
    for name, known, _ in described():
        value = getattr(loaded, name)
        shown = "(set)" if known.secret and value else value
        rows.append({"variable": known.variable, "value": None if shown is None else str(shown)})
    print_rows(rows, as_json=as_json)
