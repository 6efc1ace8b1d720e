"""Checks a pack and loads it: a pack with one fault is not loaded at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from core.tenancy.packs import codec
from core.tenancy.packs.checks import CHECKS
from core.tenancy.packs.checks.english import english
from core.tenancy.packs.checks.options import options
from core.tenancy.packs.checks.report import Report
from core.tenancy.packs.checks.setting import settings_in
from core.tenancy.packs.compile import FORMAT
from core.tenancy.packs.faults import Fault, PackFaults, nearest
from core.tenancy.packs.model import Layer, Lifecycle, Pack
from core.tenancy.packs.schema import check_form
from core.tenancy.packs.shape import fields_of
from core.tenancy.packs.source import read_file, read_folder

LAYERS = "layers"
"""Folder of the layers, beside the packs."""


Registers = Mapping[str, frozenset[str]]
"""Slug of a plugin's register → codes of its fields."""
Facts = Mapping[str, frozenset[str]]
"""Name of a fact that tables may show → what it can do; see :class:`core.tenancy.packs.checks.report.Report`."""


def load(
    folder: FilePath, *, permissions: frozenset[str] | None = None, registers: Registers | None = None, facts: Facts | None = None,
    holdings: frozenset[str] | None = None,
) -> Pack:  # fmt: skip
    """The pack in a folder; raises :class:`PackFaults` with every fault. ``permissions``: the declared codes; ``holdings``: words of
    plugins for what units have."""
    pack, faults = examine(folder, permissions=permissions, registers=registers, facts=facts, holdings=holdings)
    if pack is None:
        raise PackFaults(faults)
    return pack


def check(
    folder: FilePath, *, permissions: frozenset[str] | None = None, registers: Registers | None = None, facts: Facts | None = None,
    holdings: frozenset[str] | None = None,
) -> tuple[Fault, ...]:  # fmt: skip
    """Every fault of the pack in a folder, in the order of files and lines."""
    return examine(folder, permissions=permissions, registers=registers, facts=facts, holdings=holdings)[1]


def examine(
    folder: FilePath, *, permissions: frozenset[str] | None = None, registers: Registers | None = None, facts: Facts | None = None,
    holdings: frozenset[str] | None = None,
) -> tuple[Pack | None, tuple[Fault, ...]]:  # fmt: skip
    """The pack, or its faults. Sections whose form is wrong are left out of the checks that need them."""
    source = read_folder(folder)
    form = check_form(source, Pack)
    report = Report(source, permissions=permissions, registers=registers, facts=facts, holdings=holdings)
    report.faults += [*source.faults, *form.faults]
    broken = form.broken | {fault.at.partition(".")[0].partition("[")[0] for fault in source.faults}
    pack = Pack.from_json({**_EMPTY, **{key: value for key, value in form.data.items() if key not in broken}})
    base = _base(folder, pack, report)
    for each in CHECKS:
        if not each.needs & broken:
            each.run(pack, report)
    _identity(folder, pack, broken, report)
    if not broken:
        english(pack, report)
    if not report.faults:
        options(pack, report, CHECKS)
    if report.faults:
        return None, tuple(sorted(set(report.faults)))
    return replace(pack, base=base), ()


def load_layer(file: FilePath) -> tuple[Layer | None, tuple[Fault, ...]]:
    """One layer file, or its faults; their ``file`` is the path from the packs' folder."""
    source = read_file(file)
    form = check_form(source, Layer)
    report = Report(source)
    report.faults += [*source.faults, *form.faults]
    layer = None
    if not report.faults:
        layer = codec.from_json(Layer, form.data)
        settings_in(report, ("settings",), layer.settings)
        for index, setting in enumerate(layer.settings):
            if not setting.source:
                report.fault(("settings", index), "no-source", f"{setting.key} 没有 source", "写明文件和条款")
    faults = tuple(replace(fault, file=f"../{LAYERS}/{fault.file}") for fault in report.faults)
    return (None if faults else layer), faults


def _base(folder: FilePath, pack: Pack, report: Report) -> tuple[Layer, ...]:
    """The layers above the pack, top level first, each above the next."""
    shelf = folder.resolve().parent / LAYERS
    there = sorted(file.stem for file in shelf.glob("*.yaml"))
    layers: list[Layer] = []
    for index, code in enumerate(pack.layers):
        path = ("layers", index)
        if code not in there:
            report.fault(path, "no-such-layer", f"没有上级层 {code}", nearest(code, there))
            continue
        layer, faults = load_layer(shelf / f"{code}.yaml")
        report.faults += faults
        if layer is None:
            continue
        above = layers[-1].code if layers else ""
        if layer.above != above:
            report.fault(
                path,
                "layer-order",
                f"{code} 的上一级是 {layer.above or '（无）'}",
                "layers 自上而下写全，例 [cn, cn-js]",
            )
        layers.append(layer)
    return tuple(layers)


def _identity(folder: FilePath, pack: Pack, broken: frozenset[str], report: Report) -> None:
    if "format" not in broken and pack.format != FORMAT:
        report.fault(("format",), "bad-format", f"格式 {pack.format} 不能读取", f"本版本读取 format: {FORMAT}")
    if "slug" not in broken and pack.slug != folder.resolve().name:
        report.fault(("slug",), "slug-folder", f"slug {pack.slug} 与目录名 {folder.resolve().name} 不同", "两者要一致")


def _emptiness() -> dict[str, Any]:
    """Stand-ins for sections that are broken; no check that needs such a section is run."""
    lists = {field.key: () for field in fields_of(Pack) if field.shape.many}
    return {
        "format": 0,
        "slug": "",
        "version": "",
        "name": "",
        "short_name": "",
        "division": "",
        "calendar": {},
    } | lists


_NO_LIFECYCLE = Lifecycle(
    closing_word="", initial="", stages=(), moves=(), parts=(), grounds=(), sources=(), grades=(), numberings=()
)
_EMPTY = _emptiness() | {"lifecycle": codec.to_json(_NO_LIFECYCLE)}
