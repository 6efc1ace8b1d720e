"""The bench in small: it loads, its numbers have their form, and requests need as few queries as they do. No wall time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.runtime.embedded import Embedded
from tests.bench.__main__ import bench, table
from tests.bench.place import Place
from tests.bench.volume import LARGEST, Size
from tests.conftest import migrated_template

QUERIES = {
    "list": 6, "filter": 6, "list_of_school": 6, "list_of_middle": 6, "detail": 5, "create": 14, "transition": 15, "html_list": 12,
    "district_dashboard": 18, "bureau_dashboard": 17, "search": 8, "search_common": 8, "search_of_school": 9, "search_number": 6, "html_list_of_middle": 12, "search_of_middle": 8,
}  # fmt: skip
"""At most so many statements, the tenants' directory (once a second) included."""


@pytest.mark.parametrize("size", [Size(), Size(3000, 5_000_000), Size(600, 1_000_000), Size(12, 6000)])
def test_size_when_spread_then_skewed_and_as_many_as_asked(size: Size) -> None:
    sizes = size.sizes()
    assert len(sizes) == size.tenants
    assert abs(sum(sizes) - size.hazards) <= size.hazards * 0.02 + 20 * size.tenants
    assert sizes[0] == min(LARGEST, size.hazards // 2)
    others = [own for place, own in enumerate(sizes) if place != size.tenants // 2]
    assert others == sorted(others, reverse=True)


@pytest.fixture(scope="module")
def measured(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """In a database of its own beside the suite's, so that neither servers nor migrations are made once more."""
    database = f"bench_{os.getpid()}"
    embedded.create_database(database, template=migrated_template(embedded))
    place = Place(tmp_path_factory.mktemp("bench"), embedded.home.folder, database, own=False)
    try:
        yield bench(place, Size(4, 400, 2), rounds=1, each=2, clients=(1, 2), rows=100, workers=1)
    finally:
        embedded.drop_database(database)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_bench_when_small_then_ratios_of_all_measures(measured: dict[str, Any], tmp_path: Path) -> None:
    assert set(measured["measures"]) == set(QUERIES)
    for name, one in measured["measures"].items():
        assert one["queries"] <= QUERIES[name], name
        for told in one["clients"].values():
            assert told["times"] >= 2
            assert (
                0 < told["ratio"] < 500 and told["own_ms"]["best"] <= told["own_ms"]["median"] <= told["own_ms"]["p95"]
            )
    assert measured["bureau_to_district"] > 0
    made = measured["tables"]
    assert made["import"]["rows"] == 100
    assert made["export"]["rows"] >= 200 and made["rules"]["rows"] >= 10
    assert 0 < made["import"]["ratio"] < 500 and made["import"]["read_s"] > 0
    assert json.loads(json.dumps(measured)) == measured
    assert all(name in table(measured) for name in QUERIES)
