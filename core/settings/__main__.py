"""Prints docs/settings.md: `python -m core.settings > docs/settings.md`."""

from dataclasses import MISSING
from enum import StrEnum

from core.settings.model import SECTIONS, described

HEAD = """# Settings

Made from `core/settings/model.py` by `python -m core.settings > docs/settings.md`; a test compares them.

All settings are environment variables. An empty value means "not set". `X_FILE` may name a file that holds
the value of `X` (container secrets). A process that meets a faulty setting does not start and names every fault.
`make demo` and `xiaoan up` set what is required themselves, from the embedded servers.
"""


def markdown() -> str:
    """The whole document."""
    parts = [HEAD]
    for section in SECTIONS:
        parts.append(f"\n## {section}\n\n| variable | default | value | why |\n|---|---|---|---|\n")
        for _, known, default in described():
            if known.section == section:
                parts.append(f"| `{known.variable}` | {_default(default, known.default_note)} | {known.expects} ")
                parts.append(f"| {known.why} |\n")
    return "".join(parts)


def _default(default: object, note: str | None) -> str:
    if note is not None:
        return note
    if default is MISSING:
        return "**required**"
    if default is None or default == "":
        return "–"
    return f"`{default.value if isinstance(default, StrEnum) else default}`"


if __name__ == "__main__":
    print(markdown(), end="")
