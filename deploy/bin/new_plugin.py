"""Writes a new plugin that works and passes the gate as it is: one ledger with list, form, REST, log, reminder and tests.

usage: python deploy/bin/new_plugin.py SLUG [--title 标题] [--english "Title"] [--wheel FOLDER]

Without --wheel it becomes one of the product's own: plugins/SLUG, migrations/versions/SLUG, tests/plugins/SLUG, the entry
point, and its permissions in the packs' permission sets. With --wheel it becomes a project of its own in FOLDER.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from messages import LOCALE, catalogue_of, extracted, write

from assets import compile_catalogue

ROOT = Path(__file__).resolve().parents[2]
SCAFFOLD = ROOT / "deploy" / "scaffold"
MARK = re.compile(r"@(\w+)@")
SLUG = re.compile(r"[a-z][a-z0-9]{2,19}")
LIKE = {"buildings:overview:read": "record:read", "fire:facility:write": "record:write"}
"""Whoever may do this in a pack may do that of the new plugin: a beginning, to be looked through."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("slug")
    parser.add_argument("--title")
    parser.add_argument("--english")
    parser.add_argument("--wheel", type=Path, help="folder of a project of its own")
    asked = parser.parse_args()
    slug = asked.slug
    if not SLUG.fullmatch(slug):
        sys.exit(f"{slug}: 3 to 20 lower case letters and digits, a letter first")
    words = {"slug": slug, "Slug": slug.capitalize(), "title": asked.title or slug}
    english = {**json.loads((SCAFFOLD / "english.json").read_text(encoding="utf-8"))}
    title = asked.english or slug.capitalize()
    english |= {words["title"]: title, f"{words['title']}记录": f"{title}: record"}
    if asked.wheel is not None:
        own_project(asked.wheel, words, english)
    else:
        part_of_the_product(words, english)


def part_of_the_product(words: dict[str, str], english: dict[str, str]) -> None:
    slug = words["slug"]
    folder = ROOT / "plugins" / slug
    if folder.exists():
        sys.exit(f"plugins/{slug} is there already")
    last = max(path.name[:4] for path in ROOT.glob("migrations/versions/*/[0-9]*.py"))
    words |= {"package": f"plugins.{slug}", "number": f"{int(last) + 1:04d}", "previous": f'"{last}"'}
    fill(SCAFFOLD / "plugin", folder, words, leave=("migration", "tests", "translations"))
    fill(SCAFFOLD / "plugin" / "migration", ROOT / "migrations" / "versions" / slug, words)
    tests = ROOT / "tests" / "plugins" / slug
    fill(SCAFFOLD / "plugin" / "tests", tests, words)
    (tests / "__init__.py").touch()
    insert(ROOT / "pyproject.toml", '[project.entry-points."xiaoan.plugins"]\n', f'{slug} = "plugins.{slug}.plugin"\n')
    for path in sorted(ROOT.glob("tenants/*/*.yaml")):
        text = path.read_text(encoding="utf-8")
        for like, own in LIKE.items():
            text = text.replace(f'"{like}"', f'"{like}", "{slug}:{own}"')
        path.write_text(text, encoding="utf-8")
    for path, found in extracted().items():
        if path.is_relative_to(folder):
            translate(path, found, english)
    tidy(folder, tests, ROOT / "migrations" / "versions" / slug)
    subprocess.run(
        [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "egg_info"], cwd=ROOT, check=True
    )
    print(
        f"plugins/{slug}, migrations/versions/{slug}, tests/plugins/{slug}, entry point, permission sets of the packs"
    )
    print("next: pip install -e . --no-deps --no-build-isolation; xiaoan db migrate; make sure")


def own_project(folder: Path, words: dict[str, str], english: dict[str, str]) -> None:
    slug = words["slug"]
    package = f"xiaoan_{slug}"
    if (folder / package).exists():
        sys.exit(f"{folder / package} is there already")
    words |= {"package": package, "number": "0001", "previous": "None"}
    fill(SCAFFOLD / "wheel", folder, words)
    fill(SCAFFOLD / "plugin", folder / package, words, leave=("migration", "tests", "translations"))
    fill(SCAFFOLD / "plugin" / "migration", folder / package / "migrations", words)
    found = catalogue_of(folder / package, root=folder)
    translate(folder / package / "translations" / LOCALE / "LC_MESSAGES" / "messages.po", found, english)
    tidy(folder)
    print(f"{folder}: README.md says how to build and install it")


def fill(source: Path, target: Path, words: dict[str, str], *, leave: tuple[str, ...] = ()) -> None:
    """Every ``.in`` file with its words put in, folders and names too."""
    for path in sorted(source.rglob("*.in")):
        inside = path.relative_to(source)
        if inside.parts[0] in leave:
            continue
        made = target / MARK.sub(lambda found: words[found.group(1)], str(inside.with_suffix("")))
        made.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        made.write_text(MARK.sub(lambda found: words.get(found.group(1), found.group(0)), text), encoding="utf-8")


def translate(path: Path, found: Catalog, english: dict[str, str]) -> None:
    for message in found:
        if message.id:
            message.string = english.get(str(message.id), "")
    write(path, found)
    compile_catalogue(path)


def insert(path: Path, after: str, line: str) -> None:
    text = path.read_text(encoding="utf-8")
    at = text.index(after) + len(after)
    path.write_text(text[:at] + line + text[at:], encoding="utf-8")


def tidy(*folders: Path) -> None:
    """Lines break and imports stand where the linter wants them, however long the slug is."""
    settings = ["--config", str(ROOT / "pyproject.toml"), "--quiet"]
    for command in (["check", "--fix-only"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *settings, *map(str, folders)], check=True)


if __name__ == "__main__":
    main()
