"""The command `xiaoan`. Exit codes for scripts: 0 ok, 1 fault, 2 wrong usage, 3 refused.

Commands live in modules of this package, imported when they are used: `xiaoan up` does not wait for what it does not need.
"""

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from core.kernel.errors import XiaoanError
from core.settings import SettingsError

COMMANDS: dict[str, str] = {
    "up": "core.cli.run",
    "web": "core.cli.run",
    "worker": "core.cli.run",
    "beat": "core.cli.run",
    "embedded": "core.cli.embedded",
    "db": "core.cli.db",
    "settings": "core.cli.settings",
    "tenant": "core.cli.tenant",
    "due": "core.cli.due",
    "pack": "core.cli.pack",
    "user": "core.cli.user",
    "token": "core.cli.token",
    "jobs": "core.cli.jobs",
    "search": "core.cli.search",
    "audit": "core.cli.audit",
    "plugin": "core.cli.plugin",
    "shell": "core.cli.shell",
    "sql": "core.cli.shell",
}
"""Name of a command → the module that defines it, as an attribute of the same name."""

STARTERS = ("up", "embedded")
"""Commands that start the embedded servers; all others use those that run, when no other database is named."""

FAULT, USAGE, REFUSED = 1, 2, 3


class Lazy(click.Group):
    """Imports a command's module when the command is named; a module that is not there is a command that is not there."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands whose module exists."""
        return [name for name, module in COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        module = COMMANDS.get(cmd_name)
        if module is None or importlib.util.find_spec(module) is None:
            return None
        command: click.Command = getattr(importlib.import_module(module), cmd_name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xiaoan")
@click.pass_context
def xiaoan(ctx: click.Context) -> None:
    """校安: school-safety campaigns of district education bureaus."""
    if ctx.invoked_subcommand not in STARTERS and not os.environ.get("DATABASE_URL"):
        _use_embedded(Path(os.environ.get("XIAOAN_HOME") or "var"))


def main() -> NoReturn:
    """Entry point: turns errors into one clear line and an exit code, never a stack trace for what a person can mend."""
    try:
        result = xiaoan.main(standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        sys.exit(USAGE if isinstance(fault, click.UsageError) else fault.exit_code)
    except click.Abort:
        click.echo("aborted", err=True)
        sys.exit(FAULT)
    except SettingsError as fault:
        click.echo(str(fault), err=True)
        sys.exit(USAGE)
    except XiaoanError as fault:
        click.echo(fault.text(), err=True)
        for name, right in fault.fields.items():
            click.echo(f"  {name}: {right}", err=True)
        sys.exit(REFUSED)
    except Exception as fault:
        reason = _reason(fault)
        if reason is None:
            raise
        click.echo(reason, err=True)
        sys.exit(FAULT)
    sys.exit(result if isinstance(result, int) else 0)


def _reason(fault: Exception) -> str | None:
    """One line for faults of the surroundings, which no stack trace helps to mend; None for faults of our own."""
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415  not every command needs it

    from core.db.engines import UnsafeLogin  # noqa: PLC0415  same

    if isinstance(fault, OperationalError):
        return f"the database does not answer as it should: {str(fault.orig).strip()}"
    return str(fault) if isinstance(fault, UnsafeLogin) else None


def _use_embedded(folder: Path) -> None:
    """Beside a running `xiaoan up`, every command finds the same database without further settings."""
    if not (folder / "secrets.json").exists():
        return
    embedded = importlib.import_module("core.runtime.embedded")
    pair = embedded.Embedded.at(folder)
    if pair.runs():
        os.environ.update({name: value for name, value in pair.environ().items() if not os.environ.get(name)})


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json` wherever data is printed; the command gets `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def print_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Data on standard output: a JSON list, or a table for people."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        return
    names = list(rows[0])
    cells = [[("" if row[name] is None else str(row[name])) for name in names] for row in rows]
    widths = [max(_width(row[i]) for row in [names, *cells]) for i in range(len(names))]
    for row in [names, *cells]:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(padded).rstrip())


def _width(text: str) -> int:
    """Columns of a text in a terminal: Chinese characters take two."""
    return sum(2 if ord(char) >= 0x1100 else 1 for char in text)
