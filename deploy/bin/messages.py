"""Collects every text that people read and brings the English catalogues up to date with them.

usage: python deploy/bin/messages.py

The message id is the Chinese text itself. In Python every Chinese string counts, wherever it stands, so that a new one
cannot be forgotten; what people never read, or read in Chinese only, is listed in ``CHINESE_ONLY`` with the reason.
A catalogue lies with its owner: core's in core/translations, a plugin's in its own folder (without what core has).
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = "en"
CHINESE = re.compile(r"[\u3400-\u9fff]")
GETTEXT = ("_", "gettext")
HEADER = re.compile(rb'"(Project|Report|POT|PO|Last|Language-Team|Generated)\b')
TOP = b"# `make messages` keeps this file in step with the texts; write only the English.\n"
TEMPLATE_OPTIONS = {"newstyle_gettext": "true", "silent": "false"}

CHINESE_ONLY = {
    "core/cli/*": "commands; whoever runs the server reads both languages",
    "core/demo/*": "the demo's districts: data",
    "core/hazards/jobs.py": "notices, kept as they were written",
    "core/hazards/services/notices.py": "notices, kept as they were written",
    "core/documents/official.py": "typefaces",
    "core/documents/words.py": "papers, which are Chinese",
    "core/http/api.py": "the product's name",
    "core/http/formats.py": "holds both languages itself",
    "core/http/frame.py:WORDS": "holds both languages itself",
    "core/http/templating.py": "names of the product and of the languages",
    "core/papers/layouts.py": "papers, which are Chinese",
    "core/papers/samples.py": "data by which templates are tried",
    "core/papers/words.py": "numbers and notices, kept as they were served",
    "core/campaigns/papers.py": "a paper, which is Chinese",
    "core/campaigns/parties.py": "words of work plans, which are Chinese",
    "core/campaigns/pages/planning.py:_new": "words of work plans, which are Chinese",
    "core/campaigns/services/tasks.py:return_task": "a notice, kept as it was written",
    "core/campaigns/services/tasks.py:_ask_for_signature": "a notice, kept as it was written",
    "core/campaigns/services/schemes.py:review_scheme": "a notice, kept as it was written",
    "core/assessment/papers.py": "a paper, which is Chinese",
    "core/assessment/telling.py": "notices and names of rounds, kept as they were written",
    "core/obligations/calendar_feed.py": "a calendar file, which is Chinese",
    "core/obligations/pages/feeds.py:_calendar": "a calendar file, which is Chinese",
    "core/reports/services/reminders.py:_title": "notices, kept as they were written",
    "core/reports/services/reminders.py:_body": "notices, kept as they were written",
    "core/reports/services/reminders.py:send_digests": "notices, kept as they were written",
    "core/reports/words.py:zero_sentence": "what is signed, kept word for word",
    "core/inspections/papers.py": "papers and notices, kept as they were served",
    "core/kernel/formulas.py": "faults of packs, for whoever writes them",
    "core/statistics/papers.py": "papers, which are Chinese",
    "core/statistics/printing.py": "units, as papers print them",
    "core/statistics/queries/computed.py": "lines of papers, which are Chinese",
    "core/kernel/naming.py": "Chinese numerals, for sorting",
    "core/notify/tasks.py": "letters; holds both languages itself",
    "core/exchange/services/at_once.py": "for commands",
    "core/hazards/paper.py": "a paper, which is Chinese",
    "core/hazards/extensions/paper.py": "a paper, which is Chinese",
    "core/hazards/requests.py:extension_answer": "the name of a paper, which is Chinese",
    "core/oversight/brief.py": "a paper, which is Chinese",
    "core/accountability/papers.py": "papers, which are Chinese",
    "core/accountability/requests.py:progress_answer": "the name of a paper, which is Chinese",
    "core/accountability/requests.py:acceptance_answer": "the name of a paper, which is Chinese",
    "core/accountability/requests.py:_hazard_facts": "words in a paper, which is Chinese",
    "core/accountability/requests.py:_days": "words in a paper, which is Chinese",
    "core/exchange/services/folders.py:LIST": "the name of a file in a folder; files are Chinese",
    "core/exchange/services/folders.py:_unique": "how a number is written behind a name",
    "core/workbench/dossier/evidence.py:_plain": "signs in names of files, not words",
    "core/workbench/dossier/evidence.py:_statements": "folders that go out; files are Chinese",
    "core/workbench/dossier/folder.py:INDEX": "the name of a file in a folder; files are Chinese",
    "core/workbench/dossier/folder.py:_tables": "folders that go out; files are Chinese",
    "core/workbench/dossier/tables.py": "heads of tables that go out; files are Chinese",
    "core/workbench/dossier/paper.py": "a paper, which is Chinese",
    "core/workbench/phase_summary/paper.py": "a paper, which is Chinese",
    "core/workbench/phase_summary/requests.py:summary_answer": "the name of a paper, which is Chinese",
    "core/workbench/school_plan/paper.py": "a paper, which is Chinese",
    "core/workbench/school_plan/requests.py:plan_answer": "the name of a paper, which is Chinese",
    "core/workbench/dossier/pages.py:cover": "the name of a paper, which is Chinese",
    "core/hazards/services/importing.py:HISTORY": "kept in the timeline as it was written",
    "core/hazards/services/importing.py:_remarks": "kept in the timeline as it was written",
    "core/hazards/tables/arriving.py": "what may stand in the heads and cells of old ledgers, which are Chinese",
    "core/hazards/requests.py:paper_answer": "the name of a paper, which is Chinese",
    "core/hazards/services/importing.py:take_back": "row numbers, as the table has them",
    "core/records/services/incidents.py:_tell": "a notice, kept as it was written",
    "core/records/tables/arriving.py": "what may stand in the heads and cells of a table, which are Chinese",
    "core/exams/tables/arriving.py:SAID": "what may stand in the cells of a table, which are Chinese",
    "core/exams/tables/arriving.py:QuestionTable": "row numbers, as the table has them",
    "core/exams/tables/columns.py:bank_columns": "heads of a table; files are Chinese",
    "core/records/tables/leaving.py": "heads of a table that goes out; files are Chinese",
    "core/orgs/roster/columns.py": "what may stand in the head of a table",
    "core/tables/cells.py:_DATE": "how days are written",
    "core/tables/cells.py:_MONEY": "how money is written",
    "core/tables/cells.py:SEPARATORS": "what stands between words",
    "core/tables/cells.py:count": "how numbers are written",
    "core/tables/cells.py:money": "how money is written",
    "core/tables/headers.py:REASON": "the head of a column in a table that goes back",
    "core/tables/sheet_xml.py": "a typeface",
    "core/hazards/tables/leaving.py": "heads of a table that goes out; files are Chinese",
    "core/hazards/tables/past.py": "heads of a table that goes out; files are Chinese",
    "core/tables/cells.py:NOTHING": "what may stand in the cells of a table",
    "core/tables/cells.py:YES": "what may stand in the cells of a table",
    "core/tables/cells.py:NO": "what may stand in the cells of a table",
    "core/tables/child.py": "what stands in the cells of a table",
    "core/orgs/roster/cells.py": "what may stand in the cells of a table",
    "core/search/variants.py": "characters, not words",
    "core/tenancy/bureaus.py": "words of a bureau: data, as those of a pack",
    "core/tenancy/packs/check.py": "for authors of packs, who write Chinese",
    "core/tenancy/packs/checks/*": "for authors of packs",
    "core/tenancy/packs/coverage.py": "for authors of packs",
    "core/tenancy/packs/coverage_pages.py": "pages of docs/coverage, which are Chinese",
    "core/tenancy/packs/faults.py:nearest": "for authors of packs",
    "core/tenancy/packs/notation.py": "for authors of packs",
    "core/tenancy/packs/overlay.py": "for authors of packs",
    "core/tenancy/packs/schema.py": "for authors of packs",
    "core/tenancy/packs/source.py": "for authors of packs",
    "core/tenancy/packs/reference.py": "a page of docs",
    "core/orgs/services/roster/ahead.py": "for commands",
    "core/onboarding/transfer/*": "for commands; a package's README holds both languages",
    "plugins/fire/checklists.py": "the words of the regulation: data of a district once taken over",
    "plugins/*/demo.py": "the demo's records: data",
    "plugins/fire/services/reminders.py": "notices, kept as they were written",
}
"""Modules, or module:name at its top → why their Chinese is not translated."""


def main() -> None:
    missing = 0
    for path, found in extracted().items():
        catalogue = read(path)
        catalogue.update(found, no_fuzzy_matching=True)
        write(path, catalogue)
        without = sum(1 for message in catalogue if message.id and not message.string)
        missing += without
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {without} without English")
    sys.exit(1 if missing else 0)


def extracted() -> dict[Path, Catalog]:
    """Catalogue file → what it must hold."""
    core = catalogue_of(ROOT / "core")
    found = {_place(ROOT / "core"): core}
    for folder in sorted(path.parent for path in ROOT.glob("plugins/*/__init__.py")):
        own = catalogue_of(folder)
        for message in list(own):
            if message.id and message.id in core:
                own.delete(message.id)
        if len(own):
            found[_place(folder)] = own
    return found


def read(path: Path) -> Catalog:
    """The catalogue as it is now; an empty one where there is none."""
    if not path.exists():
        return Catalog(LOCALE, project="xiaoan")
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def write(path: Path, catalogue: Catalog) -> None:
    """Without dates and line numbers: a difference is a difference in words."""
    catalogue.header_comment, catalogue.fuzzy = "", False
    text = io.BytesIO()
    write_po(text, catalogue, width=0, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    kept = [line for line in text.getvalue().splitlines(keepends=True) if not HEADER.match(line)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(TOP + b"".join(kept).lstrip())


def _place(folder: Path) -> Path:
    return folder / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def catalogue_of(folder: Path, *, root: Path = ROOT) -> Catalog:
    catalogue = Catalog(LOCALE, project="xiaoan")
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("templates/**/*.html")]):
        place = path.relative_to(root).as_posix()
        for text in _texts(path, place):
            catalogue.add(text, locations=[(place, 0)])
    return catalogue


def _texts(path: Path, place: str) -> Iterator[str]:
    if path.suffix == ".py":
        yield from (text for _, text in chinese(ast.parse(path.read_text(encoding="utf-8")), place))
        return
    with path.open("rb") as file:
        for _, text, _, _ in extract("jinja2", file, dict.fromkeys(GETTEXT), (), TEMPLATE_OPTIONS):
            yield str(text)


def chinese(tree: ast.Module, place: str) -> Iterator[tuple[int, str]]:
    """(line, text) of what people read in this module. A text whose values are put in before it can be translated
    comes as it stands in the source, with braces: no catalogue holds it, so that it is noticed."""
    for statement in tree.body:
        if not _chinese_only(place, _names(statement)):
            yield from _in(statement)


def _in(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in GETTEXT
        and isinstance(node.args[0], ast.Constant)
    ):
        yield node.lineno, str(node.args[0].value)
    if isinstance(node, ast.JoinedStr):
        if any(isinstance(part, ast.Constant) and CHINESE.search(str(part.value)) for part in node.values):
            yield node.lineno, ast.unparse(node)
        node = ast.Tuple([part.value for part in node.values if isinstance(part, ast.FormattedValue)], ast.Load())
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value):
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        yield from _in(child)


def _chinese_only(place: str, names: set[str]) -> bool:
    places = {place, *(f"{place}:{name}" for name in names)}
    return any(fnmatchcase(found, entry) for entry in CHINESE_ONLY for found in places)


def _names(statement: ast.stmt) -> set[str]:
    targets: list[Any] = getattr(statement, "targets", None) or [getattr(statement, "target", None), statement]
    return {name for target in targets if (name := getattr(target, "id", None) or getattr(target, "name", None))}


if __name__ == "__main__":
    main()
