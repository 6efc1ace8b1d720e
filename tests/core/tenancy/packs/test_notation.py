"""What a word in a pack's file becomes."""

from __future__ import annotations

import pytest

from core.tenancy.packs import notation


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("no", "str"), ("on", "str"), ("y", "str"), ("22:30", "str"), ("2020-9", "str"), ("1_000", "str"), ("'1'", "str"), ("1.0.0", "str"), ("-", "str"),
        ("true", "bool"), ("False", "bool"), ("7", "int"), ("-7", "int"), ("010", "int"), ("0x1F", "int"), ("1.5", "float"), (".5", "float"), ("1e3", "float"),
        ("2020-09-01", "timestamp"), ("~", "null"), ("null", "null"),
    ],
)  # fmt: skip
def test_scalar_when_written_then_read_as_yaml_1_2_says(written: str, kind: str) -> None:
    node = notation.tree(f"[{written}]") if written != "-" else notation.tree("'-'")
    assert node is not None
    found = node.value[0] if isinstance(node.value, list) else node
    assert found.tag == f"tag:yaml.org,2002:{kind}"


def test_tree_when_nothing_is_written_then_none() -> None:
    assert notation.tree("") is None
    assert notation.tree("# only a remark\n") is None
