"""Law: whoever chooses English reads English. Catalogues are complete, and pages in English show no Chinese but data."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from babel.messages.catalog import Catalog
from flask import Flask

from core.db.engines import Database
from core.kernel.clock import FixedClock
from tests.conftest import APP_CLOCK, NOW
from tests.factories.world import POSTS, World, build, build_bureau, compiled
from tests.rules.samples import Samples
from tests.rules.source import ROOT, modules

CHINESE = re.compile(r"[\u3400-\u9fff]")
CHINESE_WORDS = re.compile(r"[\u3400-\u9fff]+")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
DATA = "Canary甲"
"""What people of the world write everywhere; its rest is Latin, so that it is data and nothing else."""
BOTH_LANGUAGES = {"中文", "校安"}
"""The name of the other language, and the product's own."""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / "bin" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = script("messages")


@pytest.fixture(scope="module")
def catalogues() -> dict[Path, tuple[Catalog, Catalog]]:
    """File → what the sources say, what the file holds."""
    return {path: (found, messages.read(path)) for path, found in messages.extracted().items()}


def test_catalogues_when_compared_with_the_sources_then_nothing_is_missing_and_nothing_is_left_over(
    catalogues: dict[Path, tuple[Catalog, Catalog]],
) -> None:
    for path, (found, held) in catalogues.items():
        wanted, there = {message.id for message in found if message.id}, {message.id for message in held if message.id}
        assert wanted - there == set(), f"{path}: run make messages"
        assert there - wanted == set(), f"{path}: run make messages"
        assert not held.obsolete, path
    assert set(ROOT.glob("plugins/*/translations/*/LC_MESSAGES/*.po")) <= set(catalogues)


def test_catalogues_when_read_then_every_text_has_its_english(catalogues: dict[Path, tuple[Catalog, Catalog]]) -> None:
    faults = []
    for _, held in catalogues.values():
        for message in held:
            if not message.id:
                continue
            if not message.string or message.fuzzy:
                faults.append(f"no English: {message.id}")
            elif CHINESE.search(message.string):
                faults.append(f"Chinese in English: {message.string}")
            elif set(PLACEHOLDER.findall(message.id)) != set(PLACEHOLDER.findall(message.string)):
                faults.append(f"other placeholders: {message.id} → {message.string}")
    assert faults == []


def test_a_text_that_two_catalogues_hold_when_read_then_its_english_is_the_same(
    catalogues: dict[Path, tuple[Catalog, Catalog]],
) -> None:
    said: dict[str, set[str]] = {}
    for _, held in catalogues.values():
        for message in held:
            said.setdefault(str(message.id), set()).add(str(message.string))
    assert {text: words for text, words in said.items() if text and len(words) > 1} == {}


def test_texts_when_written_then_values_are_put_in_after_translation() -> None:
    """An f-string with Chinese in it is never found in a catalogue: Phrase keeps the message id and the values apart."""
    faults = [
        f"{place}:{line} {text}"
        for place, tree in modules("core", "plugins").items()
        for line, text in messages.chinese(tree, place)
        if text.startswith(("f'", 'f"'))
    ]
    assert faults == []


def test_extraction_when_a_new_text_stands_anywhere_then_it_is_found() -> None:
    import ast

    source = '"""文档"""\nA = {"a": "甲"}\ndef b():\n    """文档"""\n    raise X("乙", fields={"c": "丙"})\n    return f"丁{b}"\n'
    found = [text for _, text in messages.chinese(ast.parse(source), "core/x.py")]
    assert found == ["甲", "乙", "丙", "f'丁{b}'"]
    assert list(messages.chinese(ast.parse(source), "core/demo/x.py")) == []


class Words(HTMLParser):
    """Texts and spoken attributes of a page."""

    SPOKEN = ("title", "alt", "placeholder", "aria-label", "data-confirm", "data-busy", "data-caption", "content")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._json = tag == "script"
        self.found += [text or "" for name, text in attrs if name in self.SPOKEN or name.startswith("data-text")]

    def handle_endtag(self, tag: str) -> None:
        self._json = False

    def handle_data(self, data: str) -> None:
        self.found += strings(json.loads(data)) if self._json and data.strip() else [data]


def strings(value: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


@pytest.fixture(scope="module")
def samples(app: Flask, engines: Database) -> Samples:
    assets = script("assets")
    for path in messages.extracted():
        if not path.with_suffix(".mo").exists() or path.stat().st_mtime > path.with_suffix(".mo").stat().st_mtime:
            assets.compile_catalogue(path)
    APP_CLOCK.at = NOW
    engines.clock = FixedClock(NOW)
    made = Samples(build(engines), app.test_client(), DATA, build_bureau(engines))
    made.make_all()
    return made


def data_of(samples: Samples) -> list[str]:
    """The district's own words, the notice's text, and what its people wrote; the longest first."""
    tenants = [
        card.name for card in samples.client.application.extensions["xiaoan"].directory.all()
    ]  # other tests' too
    pack = compiled("wujin").content
    variant = CHINESE_WORDS.findall((ROOT / "plugins/fire/variants/wujin.yaml").read_text(encoding="utf-8"))
    declared = samples.client.application.extensions["xiaoan"].plugins.at_boot("register_papers")
    papers = [kind for _owner, kinds in declared for kind in kinds]
    own = {
        *(word for kind in papers for word in CHINESE_WORDS.findall(" ".join(strings(kind.sample)))),
        *(f"武进{kind.word}〔" for kind in papers if kind.word), *(f"武进{kind.word}" for kind in papers if kind.word), "〕1号",
        *(text for text in strings({key: part for key, part in pack.items() if key != "english"}) if text not in pack["english"]),
        *strings(pack["documents"]), *strings(pack["clauses"]),  # the notice is quoted in its own words
        *strings([task.get(key, []) for task in pack["tasks"] for key in ("responsible", "participating")]), *variant, DATA, "测试", *tenants, *BOTH_LANGUAGES,
        "某某区教育局", "安全监管科", "第一小学", "第二初级中学", "第一幼儿园", "第一小学东校区", "在建", "学生食堂", "单位代码", "单位名称", "单位类型", "名册",
        # entries of registers are named by what was chosen and written; what was done is kept in the log as it was said
        "灭火器 · ", "电梯 · ", "在编人员", "健康证明", "上报",
        "测",  # on the picture of a person
        "中小学",  # as plans write it
        "填报单位：", "统计期间：", "2020年11月1日至2020年11月30日", "合计",  # a table as its notice prints it
        "突发事件首报：第1号", "考核申诉：",  # notices, kept as they were sent
        "突发事件信息报告", "第一小学 教职工",  # what a round was called when it was opened, and what the log says of a person
    }  # fmt: skip
    return sorted((text for text in own if CHINESE.search(text)), key=len, reverse=True)


def without(text: str, data: list[str]) -> str:
    """What is left of a text when data is taken out of it."""
    for own in data:
        if own in text:
            text = text.replace(own, "")
    return text


def pages(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """(rule, person) of every page that is opened by an address."""
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "__guard__", None)
        if guard is None or "GET" not in rule.methods or rule.rule.startswith("/api/"):
            continue
        able = [name for name in POSTS if guard.permission is None or world.actor(name).may(guard.permission)]
        if able:
            yield rule.rule, able[0]


def test_pages_when_read_in_english_then_no_chinese_but_data(app: Flask, samples: Samples) -> None:
    data, faults, seen = data_of(samples), [], 0
    web = app.test_client(use_cookies=False)
    for rule, name in pages(app, samples.world):
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: samples[found.group(1)], rule)
        APP_CLOCK.at = NOW
        answer = web.get(
            address, headers={"Cookie": f"xiaoan={samples.cookie(name)}; lang=en", "X-Request-Id": str(uuid4())}
        )
        if answer.mimetype != "text/html":
            continue
        seen += 1
        words = Words()
        words.feed(answer.get_data(as_text=True))
        left = {text.strip() for text in words.found if CHINESE.search(without(text, data))}
        faults += [f"{rule} ({answer.status_code}): {text[:120]}" for text in sorted(left)]
    assert seen > 40
    assert faults == [], "\n".join(["", *faults])


@pytest.mark.parametrize("address", ["/nowhere", "/hazards/0192f5a0-0000-7000-8000-00000000dead", "/hazards?grade=x"])
@pytest.mark.parametrize("hx", [False, True])
def test_refused_pages_when_asked_in_english_then_in_english(
    app: Flask, samples: Samples, address: str, hx: bool
) -> None:
    APP_CLOCK.at = NOW
    headers = {"Cookie": f"xiaoan={samples.cookie('head')}; lang=en", **({"HX-Request": "true"} if hx else {})}
    answer = app.test_client(use_cookies=False).get(address, headers=headers)
    assert answer.status_code >= 400
    words = Words()
    words.feed(answer.get_data(as_text=True))
    data = data_of(samples)
    assert [text for text in words.found if CHINESE.search(without(text, data))] == []


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/api/v1/hazards", {}, "Choose a unit"),
        ("/api/v1/hazards", {"description": 1}, "must be text"),
        ("/api/v1/people", {"name": "x", "login": "A B"}, "characters"),
    ],
)
def test_refusals_when_asked_in_english_then_in_english(
    app: Flask, samples: Samples, path: str, body: dict[str, Any], words: str
) -> None:
    APP_CLOCK.at = NOW
    headers = {
        **samples.world.headers("head"),
        "Accept-Language": "en",
        "Cookie": "lang=en",
        "Idempotency-Key": str(uuid4()),
    }
    answer = app.test_client(use_cookies=False).post(path, json=body, headers=headers)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert not CHINESE.search(answer.get_data(as_text=True))
