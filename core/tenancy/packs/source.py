"""Reads the YAML files of a pack into plain values and remembers the line of each.

Works on the node tree, not on constructed objects: lines come for free, a key written twice is seen,
and no YAML tag can construct anything. Knows nothing of what a pack means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import Any, cast

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from core.tenancy.packs import notation
from core.tenancy.packs.faults import Fault, Path, dotted, nearest

ENTRY = "pack.yaml"


@dataclass(slots=True)
class Source:
    """The values of a pack folder and where each was written."""

    data: dict[str, Any] = field(default_factory=dict)
    """All files together, as one mapping of sections."""
    faults: list[Fault] = field(default_factory=list)
    """Faults of writing: syntax, keys written twice, files that cannot be included."""
    marks: dict[Path, tuple[str, int]] = field(default_factory=dict)
    """Path of a value → (file, line)."""

    def mark(self, path: Path) -> tuple[str, int]:
        """File and line of a value, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (ENTRY, 1))

    def fault(self, path: Path, code: str, wrong: str, right: str = "") -> Fault:
        """A fault at this path."""
        file, line = self.mark(path)
        return Fault(file=file, line=line, code=code, at=dotted(path), wrong=wrong, right=right)


def read_folder(folder: FilePath) -> Source:
    """``pack.yaml`` and the files it includes. Never raises for what a writer may get wrong."""
    source = Source()
    _read_into(source, folder, ENTRY)
    for file in _includes(source, folder):
        _read_into(source, folder, file)
    return source


def read_file(file: FilePath) -> Source:
    """A single file that includes nothing (a layer)."""
    source = Source()
    _read_into(source, file.parent, file.name)
    return source


def _includes(source: Source, folder: FilePath) -> list[str]:
    wanted = source.data.pop("include", [])
    if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
        source.faults.append(
            source.fault(("include",), "bad-include", "include 应为文件名列表", "例：include: [orgs.yaml]")
        )
        return []
    files = []
    for index, name in enumerate(wanted):
        path: Path = ("include", index)
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
        if not inside or not name.endswith(".yaml"):
            source.faults.append(source.fault(path, "bad-include", f"不能包含 {name}", "只能包含本目录下的 .yaml 文件"))
        elif not (folder / name).is_file():
            there = [str(found.relative_to(folder)) for found in folder.rglob("*.yaml")]
            source.faults.append(source.fault(path, "no-such-file", f"没有文件 {name}", nearest(name, there)))
        elif name in files or name == ENTRY:
            source.faults.append(source.fault(path, "included-twice", f"{name} 已经载入", "每个文件只写一次"))
        else:
            files.append(name)
    # what was written and forgotten in the list would silently not hold
    for left in sorted(found.name for found in folder.glob("*.yaml") if found.name not in (*files, ENTRY)):
        source.faults.append(source.fault(("include",), "left-out", f"{left} 没有载入", "写进 include，或从目录中移走"))
    return files


def _read_into(source: Source, folder: FilePath, name: str) -> None:
    """Adds the sections of one file; a section may stand in one file only."""
    try:
        text = (folder / name).read_text(encoding="utf-8")
        node = notation.tree(text)
    except FileNotFoundError:
        source.faults.append(Fault(name, 1, "no-such-file", "/", f"没有文件 {name}", "区域包目录里要有 pack.yaml"))
        return
    except UnicodeDecodeError:
        source.faults.append(Fault(name, 1, "not-utf8", "/", "文件不是 UTF-8 编码", "另存为 UTF-8"))
        return
    except notation.Unreadable as error:
        wrong = f"YAML 语法有误：{error.problem}"
        source.faults.append(Fault(name, error.line, "yaml", "/", wrong, "检查缩进、引号和冒号后的空格"))
        return
    if node is None:
        return
    if not isinstance(node, MappingNode):
        source.faults.append(Fault(name, 1, "not-a-mapping", "/", "文件最外层应为 键: 值", "例：terms: […]"))
        return
    for key_node, value_node in node.value:
        key = key_node.value
        if (key,) in source.marks:
            file, line = source.marks[(key,)]
            source.faults.append(
                Fault(name, _line(key_node), "section-twice", str(key), f"{key} 已经写在 {file}:{line}", "合并到一处")
            )
            continue
        source.marks[(key,)] = (name, _line(key_node))
        source.data[key] = _value(source, name, value_node, (key,))


def _value(source: Source, file: str, node: Node, path: Path) -> Any:
    source.marks.setdefault(path, (file, _line(node)))
    if isinstance(node, SequenceNode):
        return [_value(source, file, item, (*path, index)) for index, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return _mapping(source, file, node, path)
    return _scalar(cast(ScalarNode, node))


def _mapping(source: Source, file: str, node: MappingNode, path: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, ScalarNode):
            source.faults.append(
                Fault(file, _line(key_node), "bad-key", dotted(path), "键应为一个词", "不能用列表或映射作键")
            )
            continue
        key = key_node.value
        here = (*path, key)
        if key in result:
            first = source.marks[here][1]
            source.faults.append(
                Fault(file, _line(key_node), "key-twice", dotted(here), f"{key} 在第 {first} 行已经写过", "只写一次")
            )
            continue
        source.marks[here] = (file, _line(key_node))
        result[key] = _value(source, file, value_node, here)
    return result


def _scalar(node: ScalarNode) -> Any:
    text = node.value
    match str(node.tag).rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text) if text.lstrip("+-").isdigit() else int(text, 0)
        case "float":
            return float(text)
        case "timestamp":
            try:
                return date.fromisoformat(text)
            except ValueError:
                return text  # the schema says what a date should look like, where one is wanted
        case _:
            return text


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
