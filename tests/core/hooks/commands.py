"""Commands of the product one after another, each in a process of its own that begins with everything imported: what a start
of Python costs is paid once. Run as a program: the commands come as JSON, [code, output, errors] of each goes out as JSON."""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

MODULES = ("core.app", "core.cli.db", "core.cli.plugin", "core.db.migrate", "alembic.autogenerate")
"""What takes the time. No plugin is among them: each command finds what is installed when it runs."""


def run(command: list[str]) -> tuple[int, str, str]:
    with tempfile.NamedTemporaryFile("w+") as out, tempfile.NamedTemporaryFile("w+") as errors:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            act(command)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), Path(out.name).read_text(), Path(errors.name).read_text()


def act(command: list[str]) -> NoReturn:
    from core.cli import main

    sys.argv = ["xiaoan", *command]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:  # the files belong to the parent: nothing of this process may tidy them up
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    for module in MODULES:
        importlib.import_module(module)
    json.dump([run(command) for command in json.loads(sys.argv[1])], sys.stdout)
