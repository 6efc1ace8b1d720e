"""Writes the reference of hooks in docs/plugins.md from the docstrings of core/hooks/specs.py.

usage: python deploy/bin/hooks_guide.py
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "plugins.md"
START, END = "<!-- hooks: written by `make docs` -->", "<!-- hooks end -->"
PARTS = ("When", "Tenant", "Args", "Returns", "If it raises")
PART = re.compile(rf"(?:^|(?<=[.;] )|(?<=\n))({'|'.join(PARTS)})(?::|(?=, ))", re.MULTILINE)
PROTOCOLS = ("register_", "collect_", "refuse_", "on_")


def reference() -> str:
    """One section for each hook, in the order of the contract, each part on a line of its own."""
    sys.path.insert(0, str(ROOT))
    from core.hooks import specs  # noqa: PLC0415  only after the path is set

    found = {
        name: hook for name, hook in vars(specs).items() if inspect.isfunction(hook) and name.startswith(PROTOCOLS)
    }
    ordered = [name for protocol in PROTOCOLS for name in found if name.startswith(protocol)]
    return "\n\n".join(_section(name, found[name]) for name in ordered)


def _section(name: str, hook: Any) -> str:
    summary, _, rest = inspect.cleandoc(hook.__doc__ or "").partition("\n\n")
    pieces = PART.split(rest)
    said = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    signature = str(inspect.signature(hook)).replace("'", "")
    lines = [f"#### `{name}`", "", f"`{name}{signature}`", "", " ".join(summary.split()).replace("``", "`"), ""]
    lines += [f"* **{part}**: {_sentence(text)}" for part, text in said.items()]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    return " ".join(text.split()).lstrip(", ").replace("``", "`")


def written(guide: str) -> str:
    """The guide with the reference as it is now."""
    head, _, rest = guide.partition(START)
    tail = rest.partition(END)[2]
    return f"{head}{START}\n{reference()}\n{END}{tail}"


if __name__ == "__main__":
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
