"""Laws of the house that no off-the-shelf linter knows. Each is a function of source text with good and bad samples."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import pytest

from tests.rules.source import ROOT, calls, dotted, imports, modules, paths

Check = Callable[[str, ast.AST], list[str]]
SOURCES = ("core", "plugins", "migrations")


def clock_only(path: str, tree: ast.AST) -> list[str]:
    """All time goes through one clock: only the kernel's clock and ids ask the system, never the database for a fact."""
    if path in ("core/kernel/clock.py", "core/kernel/ids.py"):
        return []
    system = r"datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime|ctime|strftime)"
    database = r"func\.(now|current_timestamp|current_date|localtimestamp|clock_timestamp|statement_timestamp)"
    if path.startswith(
        "core/jobs/"
    ):  # whether a process still lives is measured by the one clock that all processes share
        database = "(?!)"
    banned = re.compile(rf"(^|\.)({system}|{database})$")
    return [f"{path}:{call.lineno} {name}" for name, call in calls(tree) if banned.search(name)]


SCOPES = (
    "core/http/guard.py", "core/http/runtime.py",  # the request
    "core/jobs/",  # jobs
    "core/audit/seal.py",  # the job of sealing: every tenant in turn
    "core/cli/", "core/demo/", "core/tenancy/onboarding.py",  # commands
    "core/tenancy/directory.py",  # finds the tenant that a scope is then opened for
)  # fmt: skip
ENTERED = (
    "core/http/guard.py",
    "core/identity/requests.py",  # notes the last use in a transaction of its own
    "core/identity/pages/sign_in.py", "core/identity/pages/switch.py",  # the tenant that somebody signs in to
    "core/identity/pages/account.py",  # a wrong password is counted though the request is rolled back
    "core/obligations/pages/feeds.py",  # whom a feed belongs to, only its own secret says
    "core/oversight/watch.py",  # the bureau's look, logged on both sides
)  # fmt: skip
"""Who asks the guard for a further scope. Nobody else: a request has one."""


def scopes_in_three_places(path: str, tree: ast.AST) -> list[str]:
    """A scope is opened by the request guard, by a job's runner or by a command; a session opened elsewhere is a hole."""
    opened = () if path.startswith(SCOPES) else (r"(^|[._])(db|database|engines)\.(tenant|bureau|platform)$",)
    entered = () if path in ENTERED else (r"(^|\.)(tenant_scope|bureau_scope)$", r"(^|\.)(app|runtime|\?)\.scope$")
    return [
        f"{path}:{call.lineno} {name}"
        for name, call in calls(tree)
        if any(re.search(pattern, name) for pattern in (*opened, *entered))
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


WEB = (
    "core/app.py", "core/http/",
    "core/files/receiving.py", "core/files/sending.py",  # bytes out of a request and into an answer
    "core/identity/cookies.py",  # cookies of an answer
    "core/oversight/links.py",  # addresses of pages behind figures
    "core/oversight/charts/",  # words on charts in the reader's language
    "core/sdk/uploads.py", "core/sdk/overview/",  # the front door for pages of plugins
    "core/search/asking.py",  # what the search box was asked
)  # fmt: skip
PURE_HTTP = ("core.http.paging", "core.http.models", "core.http.idempotency")
"""What http has that knows no request: pages of a list, and the table of repeated requests, which a job prunes."""


def no_web_below(path: str, tree: ast.AST) -> list[str]:
    """Only pages, rest and what reads a request for them know the web; nobody else, whatever the module is called."""
    if path.startswith(WEB) or re.search(r"/(pages|rest)(/|\.py)|/requests\.py$", path):
        return []
    web = {
        name for name in imports(tree) if name.split(".")[0] in ("flask", "flask_smorest", "flask_babel", "werkzeug")
    }
    if re.search(r"/(services|queries|models|tasks|jobs|permissions|lifecycle)(/|\.py)", path):
        web |= {name for name in imports(tree) if name.startswith("core.http.") and not name.startswith(PURE_HTTP)}
    return [f"{path} imports {name}" for name in sorted(web)]


def keyword_only_after_the_subject(path: str, tree: ast.AST) -> list[str]:
    """A service takes the session, at most the one thing it is about, and everything else by name. One that writes takes
    everything by name, but for an event: whoever hears one gets (session, event)."""
    if not re.search(r"/services(/|\.py)", path):
        return []
    writing = ("record", "emit", "session.add", "session.add_all", "session.delete", "session.merge")
    faults = []
    for node in getattr(tree, "body", []):
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
        if names[:1] != ["session"] or names[1:] == ["event"]:
            continue
        writes = any(name in writing or _changes_rows(name, call) for name, call in calls(node))
        if len(names) > (1 if writes else 2):
            faults.append(f"{path}:{node.lineno} {node.name}({', '.join(names)})")
    return faults


def _changes_rows(name: str, call: ast.Call) -> bool:
    """``session.execute(insert(…)…)`` and the like."""
    return name == "session.execute" and any(inner in ("insert", "update", "delete") for inner, _ in calls(call))


def rest_asks_no_pages(path: str, tree: ast.AST) -> list[str]:
    """Pages and REST share services, queries, schemas and ``requests.py``; neither is built on the other."""
    kind = re.search(r"/(rest|services|queries|schemas|tasks|models|pages)(/|\.py)", path)
    if kind is None:
        return []
    above = "rest" if kind[1] == "pages" else "pages" if kind[1] == "rest" else "(pages|rest)"
    return [
        f"{path} imports {name}" for name in imports(tree) if re.match(rf"(core|plugins)\.\w+\.{above}(\.|$)", name)
    ]


UNNAMED = {"core/http/problems.py": "a fault that only the database saw: it names no field, and says no more"}


def invalid_names_its_fields(path: str, tree: ast.AST) -> list[str]:
    """Refused input names the field and what is right."""
    if path in UNNAMED:
        return []
    return [
        f"{path}:{call.lineno} {ast.unparse(call)[:80]}"
        for name, call in calls(tree)
        if re.search(r"(^|\.)Invalid$", name) and not any(keyword.arg in ("fields", None) for keyword in call.keywords)
    ]


def suppressions_say_why(path: str, tree: ast.AST) -> list[str]:
    """Every noqa and every ignore carries its reason on the same line."""
    return suppressed(path, (ROOT / path).read_text(encoding="utf-8"))


def suppressed(path: str, source: str) -> list[str]:
    faults = []
    for number, line in enumerate(source.splitlines(), 1):
        if re.search(r"#\s*noqa(?!:)", line) or re.search(r"#\s*type:\s*ignore(?!\[)", line):
            faults.append(f"{path}:{number} says neither what nor why")
        elif re.search(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])\s*$", line):
            faults.append(f"{path}:{number} says no reason")
    return faults


SERVICE, PAGE = "core/x/services.py", "core/x/pages.py"
LAWS: dict[Check, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    clock_only: (
        [(SERVICE, "now = session.now()"), ("core/kernel/clock.py", "datetime.now(UTC)"), ("core/jobs/a.py", "func.clock_timestamp()")],
        [
            (SERVICE, "from datetime import datetime\nnow = datetime.now()"), (SERVICE, "func.now()"),
            ("core/runtime/a.py", "time.time()"), ("core/http/limits.py", "time.time_ns()"), ("core/kernel/calendar.py", "date.today()"),
        ],
    ),
    scopes_in_three_places: (
        [("core/jobs/runner.py", "with db.tenant(1): pass"), ("core/identity/pages/switch.py", "tenant_scope(other)")],
        [
            (SERVICE, "with app.db.tenant(1): pass"), ("core/identity/requests.py", "with runtime().db.tenant(1): pass"),
            (PAGE, "with tenant_scope(other): pass"), (PAGE, "runtime().scope(other)"), ("core/audit/queries.py", "self._db.platform()"),
        ],
    ),
    raw_sql_where_listed: (
        [("core/x/queries.py", "text('select 1')")],
        [("core/x/queries.py", "text(f'select {name}')"), ("core/x/queries.py", "text('select ' + name)")],
    ),
    no_commit_in_services: (
        [(PAGE, "session.commit()")], [(SERVICE, "session.commit()"), ("core/x/queries/y.py", "session.rollback()")],
    ),
    no_web_below: (
        [(PAGE, "from flask import request"), (SERVICE, "from core.http.paging import Page")],
        [
            (SERVICE, "from flask import request"), ("core/x/jobs.py", "from flask import g"), ("core/x/words.py", "import flask_babel"),
            ("core/x/tasks.py", "from core.http.context import current"), ("core/jobs/runner.py", "import werkzeug.wrappers"),
        ],
    ),
    keyword_only_after_the_subject: (
        [
            (SERVICE, "def open_case(session, *, actor):\n    record(session, actor=actor)"),
            (SERVICE, "def told(session, event):\n    record(session)"), (SERVICE, "def rows_of(session, case, *, on):\n    return case"),
        ],
        [
            (SERVICE, "def open_case(session, actor, unit):\n    record(session, actor=actor)"),
            (SERVICE, "def open_case(session, actor):\n    record(session, actor=actor)"),
            (SERVICE, "def end(session, person):\n    session.execute(update(Session).values(a=1))"),
            (SERVICE, "def rows_of(session, case, on):\n    return case"),
        ],
    ),
    rest_asks_no_pages: (
        [("core/x/rest/y.py", "from core.x.requests import opened"), (PAGE, "from core.y.pages.z import page")],
        [
            ("core/x/rest/y.py", "from core.x.pages.z import grant"), (PAGE, "from core.x.rest import shown"),
            (SERVICE, "from core.x.pages import bp"),
        ],
    ),
    invalid_names_its_fields: (
        [(SERVICE, "raise Invalid(fields={'a': 'b'})"), (SERVICE, "raise Invalid(**known)")],
        [(SERVICE, "raise Invalid('no')"), (SERVICE, "raise errors.Invalid()")],
    ),
}  # fmt: skip
"""Law → good samples, bad samples: each bad one must be caught, or the law is asleep."""


@pytest.mark.parametrize("law", [*LAWS, suppressions_say_why], ids=lambda law: law.__name__)
def test_law_when_the_tree_is_read_then_nobody_breaks_it(law: Check) -> None:
    assert [fault for path, tree in modules(*SOURCES).items() for fault in law(path, tree)] == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law_when_shown_samples_then_tells_good_from_bad(law: Check) -> None:
    good, bad = LAWS[law]
    assert [fault for path, source in good for fault in law(path, ast.parse(source))] == []
    assert [(path, source) for path, source in bad if not law(path, ast.parse(source))] == []


def test_suppressions_when_shown_samples_then_tells_good_from_bad() -> None:
    # put together, so that neither the linter nor the law reads them as suppressions of this file
    noqa, ignore = "# no" + "qa", "# type: " + "ignore"
    assert (
        suppressed("a.py", f"x = 1  {noqa}: S608  nothing of a client is in it\ny = 2  {ignore}[misc]  # untyped") == []
    )
    for bad in (f"x = 1  {noqa}", f"x = 1  {noqa}: S608", f"x = 1  {ignore}", f"x = 1  {ignore}[misc]"):
        assert suppressed("a.py", bad) != [], bad


def test_names_when_files_are_listed_then_each_says_what_it_holds() -> None:
    empty_words = re.compile(r"(^|/)(utils?|helpers?|common|misc|stuff|base_utils)(\.py|/)")
    assert [path for path in paths("core", "plugins", "tests", "migrations") if empty_words.search(path)] == []


def test_sizes_when_files_are_counted_then_none_outgrew_its_name() -> None:
    too_long = {
        path: lines
        for path in paths("core", "plugins")
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
