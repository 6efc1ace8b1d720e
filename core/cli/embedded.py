"""`xiaoan embedded`: the PostgreSQL and Redis of the wheels, in the background."""

import os
import shlex
from pathlib import Path

import click

from core.runtime.embedded import Embedded
from core.runtime.server import ServerFailed

_home = click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), default=lambda: Path(os.environ.get("XIAOAN_HOME", "var")),
    show_default="$XIAOAN_HOME or ./var", help="Data folder.",
)  # fmt: skip


@click.group()
def embedded() -> None:
    """PostgreSQL and Redis from wheels, for machines that have no servers of their own."""


@embedded.command()
@_home
@click.option("--disposable", is_flag=True, help="Faster, but a power cut loses the data: for tests.")
def start(home: Path, disposable: bool) -> None:
    """Start both in the background and print the settings that lead to them."""
    pair = Embedded.at(home, durable=not disposable)
    try:
        pair.start()
    except ServerFailed as fault:
        raise click.ClickException(str(fault)) from fault
    _print_environ(pair)


@embedded.command()
@_home
def stop(home: Path) -> None:
    """Stop both."""
    Embedded.at(home).stop()


@embedded.command()
@_home
def env(home: Path) -> None:
    """Print the settings as shell commands: eval "$(xiaoan embedded env)"."""
    _print_environ(Embedded.at(home))


def _print_environ(pair: Embedded) -> None:
    for name, value in pair.environ().items():
        click.echo(f"export {name}={shlex.quote(value)}")
