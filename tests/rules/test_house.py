"""Laws of the house that no off-the-shelf linter knows. Each is a function of source text with good and bad samples."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import pytest

from tests.rules.source import ROOT, calls, dotted, imports, modules

Check = Callable[[str, ast.AST], list[str]]
SOURCES = ("core", "plugins", "migrations")


def clock_only(path: str, tree: ast.AST) -> list[str]:
    """All time goes through one clock: only the kernel may ask the system what time it is."""
    if path.startswith(("core/kernel/", "core/runtime/")):  # the runtime starts processes: it waits, it states no facts
        return []
    if (
        path == "core/identity/limits.py"
    ):  # counts requests in a window of real time, also while a tenant's clock is shifted
        return []
    banned = re.compile(r"(^|\.)(datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time)$")
    return [f"{path}:{call.lineno} {name}" for name, call in calls(tree) if banned.search(name)]


def scopes_in_three_places(path: str, tree: ast.AST) -> list[str]:
    """A scope is opened by the request guard, by a job's runner or by a command; a session opened elsewhere is a hole."""
    allowed = (
        "core/http/guard.py", "core/http/runtime.py", "core/jobs/", "core/cli/", "core/demo/", "core/db/",
        "core/tenancy/directory.py", "core/tenancy/onboarding", "core/audit/",
        "core/identity/requests.py",  # the guard's other half: notes the last use of a session
    )  # fmt: skip
    if path.startswith(allowed):
        return []
    return [
        f"{path}:{call.lineno} {name}"
        for name, call in calls(tree)
        if re.search(r"(^|\.)db\.(tenant|bureau|platform)$", name)
    ]


def raw_sql_where_listed(path: str, tree: ast.AST) -> list[str]:
    """SQL as text only where a statement cannot be written otherwise; never built from strings."""
    faults = []
    for name, call in calls(tree):
        if name.split(".")[-1] in ("text", "exec_driver_sql") and name.split(".")[0] in (
            "text",
            "sa",
            "sqlalchemy",
            "connection",
            "session",
            "op",
        ):
            argument = call.args[0] if call.args else None
            if isinstance(argument, ast.JoinedStr) and not path.startswith(("core/db/", "migrations/")):
                faults.append(f"{path}:{call.lineno} SQL built from strings")
            if isinstance(argument, ast.BinOp):
                faults.append(f"{path}:{call.lineno} SQL built from strings")
    return faults


def no_commit_in_services(path: str, tree: ast.AST) -> list[str]:
    """Services and queries never commit: whoever opened the scope does."""
    if not re.search(r"/(services|queries)(/|\.py)", path):
        return []
    return [
        f"{path}:{call.lineno} {name}"
        for name, call in calls(tree)
        if name.endswith(("session.commit", "session.rollback"))
    ]


def no_web_below(path: str, tree: ast.AST) -> list[str]:
    """Services, queries, models and jobs know nothing of requests: no flask, no request, no g."""
    if not re.search(r"^(core|plugins)/\w+/(services|queries|models|tasks|permissions)(/|\.py)", path):
        return []
    return [
        f"{path} imports {name}"
        for name in imports(tree)
        if name.split(".")[0] in ("flask", "flask_smorest", "flask_babel", "werkzeug")
    ]


def keyword_only_writes(path: str, tree: ast.AST) -> list[str]:
    """A public function that writes takes the session first and everything else by name: actor, object, version."""
    if not re.search(r"/services(/|\.py)", path):
        return []
    faults = []
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
            writes = any(name in ("record", "emit", "session.add", "session.add_all") for name, _ in calls(node))
            if writes and names[:1] == ["session"] and len(names) > 2:
                faults.append(f"{path}:{node.lineno} {node.name}({', '.join(names)})")
    return faults


def suppressions_say_why(path: str, tree: ast.AST) -> list[str]:
    """Every noqa and every ignore carries its reason on the same line."""
    source = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ast.unparse(tree)
    faults = []
    for number, line in enumerate(source.splitlines(), 1):
        if re.search(r"#\s*noqa(?!:)", line) or re.search(r"#\s*type:\s*ignore(?!\[)", line):
            faults.append(f"{path}:{number} says neither what nor why")
        elif re.search(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])\s*$", line):
            faults.append(f"{path}:{number} says no reason")
    return faults


LAWS: dict[Check, tuple[tuple[str, str], tuple[str, str]]] = {
    clock_only: (
        ("core/x/services.py", "now = session.now()"),
        ("core/x/services.py", "from datetime import datetime\nnow = datetime.now()"),
    ),
    scopes_in_three_places: (
        ("core/jobs/runner.py", "with db.tenant(1): pass"),
        ("core/x/services.py", "with app.db.tenant(1): pass"),
    ),
    raw_sql_where_listed: (("core/x/queries.py", "text('select 1')"), ("core/x/queries.py", "text(f'select {name}')")),
    no_commit_in_services: (("core/x/pages.py", "session.commit()"), ("core/x/services.py", "session.commit()")),
    no_web_below: (
        ("core/x/pages.py", "from flask import request"),
        ("core/x/services.py", "from flask import request"),
    ),
    keyword_only_writes: (
        ("core/x/services.py", "def open_case(session, *, actor):\n    record(session, actor=actor)"),
        ("core/x/services.py", "def open_case(session, actor, unit):\n    record(session, actor=actor)"),
    ),
}


@pytest.mark.parametrize("law", [*LAWS, suppressions_say_why], ids=lambda law: law.__name__)
def test_law_when_the_tree_is_read_then_nobody_breaks_it(law: Check) -> None:
    assert [fault for path, tree in modules(*SOURCES).items() for fault in law(path, tree)] == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law_when_shown_samples_then_tells_good_from_bad(law: Check) -> None:
    (good_path, good), (bad_path, bad) = LAWS[law]
    assert law(good_path, ast.parse(good)) == []
    assert law(bad_path, ast.parse(bad)) != []


def test_names_when_files_are_listed_then_each_says_what_it_holds() -> None:
    empty_words = re.compile(r"(^|/)(utils?|helpers?|common|misc|stuff|base_utils)(\.py|/)")
    assert [path for path in modules("core", "plugins", "tests", "migrations") if empty_words.search(path)] == []


def test_sizes_when_files_are_counted_then_none_outgrew_its_name() -> None:
    too_long = {
        path: lines
        for path in modules("core", "plugins")
        if (lines := len((ROOT / path).read_text(encoding="utf-8").splitlines())) > 400
    }
    assert too_long == {}


def test_redis_when_imported_then_only_where_jobs_and_limits_live() -> None:
    allowed = ("core/jobs/", "core/identity/", "core/runtime/", "core/http/")
    users = [
        path
        for path, tree in modules("core", "plugins").items()
        if any(name.split(".")[0] == "redis" for name in imports(tree))
    ]
    assert [path for path in users if not path.startswith(allowed)] == []


def test_plugins_when_they_import_core_then_only_the_front_door() -> None:
    faults = []
    for path, tree in modules("plugins").items():
        own = "plugins." + path.split("/")[1].removesuffix(".py")
        for name in imports(tree):
            if name.startswith("core") and not name.startswith("core.sdk"):
                faults.append(f"{path}: {name}")
            if name.startswith("plugins.") and not name.startswith(own):
                faults.append(f"{path}: {name}")
    assert faults == []


def test_core_when_read_then_names_no_plugin_and_no_tenant() -> None:
    """Strings count too: ``if slug == "fire"`` couples as much as an import does."""
    words = {
        path.name
        for folder in ("plugins", "tenants")
        for path in (ROOT / folder).iterdir()
        if path.is_dir() and path.name[0] not in "_."
    }
    words -= {"layers"}
    faults = []
    for path, tree in modules("core").items():
        if path.startswith("core/demo/"):  # the demo is about these districts
            continue
        # OpenAPI's own word for authentication happens to be a plugin's name.
        known = words - {"security"} if path.startswith("core/http/") else words
        faults += [
            f"{path}:{node.lineno} {node.value!r}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known
        ]
    assert faults == []


def test_dotted_when_given_a_call_chain_then_reads_it() -> None:
    assert dotted(ast.parse("a.b.c", mode="eval").body) == "a.b.c"
