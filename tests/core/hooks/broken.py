"""Throw-away plugins, written to disk and found through real entry points."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent

from core.hooks.manager import GROUP

HEAD = """
from core.sdk.hooks import MenuEntry, PluginMeta, Refusal, impl

META = PluginMeta(slug="{slug}", title="试验", summary="", version="0.1.0", core_range=">=0.1,<1")
"""


@contextmanager
def installed(folder: Path, **plugins: str) -> Iterator[list[EntryPoint]]:
    """Entry points of modules with this source; ``{HEAD}`` in a source stands for an ordinary META."""
    folder.mkdir(exist_ok=True)
    points = []
    for slug, source in plugins.items():
        module = f"thrown_away_{slug}_{abs(hash(folder))}"
        (folder / f"{module}.py").write_text(dedent(source).replace("{HEAD}", HEAD.format(slug=slug)), encoding="utf-8")
        points.append(EntryPoint(slug, module, GROUP))
    sys.path.insert(0, str(folder))
    try:
        yield points
    finally:
        sys.path.remove(str(folder))
        for point in points:
            sys.modules.pop(point.value, None)


FAULTS: dict[str, str] = {
    "atimport": "raise RuntimeError('import goes wrong')",
    "syntax": "def broken(:",
    "nometa": "x = 1",
    "othername": """
        from core.sdk.hooks import PluginMeta
        META = PluginMeta(slug="somethingelse", title="", summary="", version="0.1.0", core_range=">=0.1")
    """,
    "toonew": """
        from core.sdk.hooks import PluginMeta
        META = PluginMeta(slug="toonew", title="", summary="", version="0.1.0", core_range=">=99")
    """,
    "norange": """
        from core.sdk.hooks import PluginMeta
        META = PluginMeta(slug="norange", title="", summary="", version="0.1.0", core_range="whatever")
    """,
    "nosuchhook": """
        {HEAD}
        @impl
        def collect_moonbeams(): return ()
    """,
    "foreignname": """
        {HEAD}
        from core.sdk.domain import Declared
        @impl
        def register_permissions(): return (Declared("hazard:case:read", "抢占", "抢占"),)
    """,
    "openroutes": """
        {HEAD}
        from flask import Blueprint
        @impl
        def register_blueprints(): return (Blueprint("openroutes", __name__),)
    """,
    "elsewhere": """
        {HEAD}
        from core.sdk.web import PageBlueprint
        @impl
        def register_blueprints(): return (PageBlueprint("elsewhere", __name__, plugin="elsewhere", url_prefix="/hazards"),)
    """,
    "nojob": """
        {HEAD}
        @impl
        def register_jobs(): return (print,)
    """,
    "wrongargs": """
        {HEAD}
        @impl
        def collect_menu(actor, weather): return ()
    """,
}
"""Plugins that never get in, each with one fault."""
