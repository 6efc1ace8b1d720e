"""The sealed draw of 四不两直: who goes where is fixed before anybody can know it, and anyone can recompute it afterwards.

Pure, standard library only: the record of a draw and this file are all that a doubter needs (docs/inspections.md has the
same in fifteen lines).

1. Sealing: the pool is written down and a random seed drawn. Published: ``commitment = sha256(seed \\n sha256(pool))``.
2. Opening: words said in front of witnesses join the seed: ``key = sha256(seed \\n witness)``. Neither whoever runs the
   machine (bound by the commitment) nor whoever says the words (who does not know the seed) can choose the outcome.
3. Schools stand in the order of ``hmac(key, "unit:" + id)``; for each the team is drawn from those without a conflict who
   have the fewest visits so far, in the order of ``hmac(key, "pair:" + school + ":" + inspector)``.
4. Revealing: seed, witness and pool are published; ``recompute`` must give the same result.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase

METHOD = "xiaoan-draw-1"


@dataclass(frozen=True)
class Pool:
    """What may be drawn. Ids are texts; ``conflicts`` are (school, inspector) pairs that must not meet."""

    units: tuple[tuple[str, str], ...]
    """(id, name)."""
    inspectors: tuple[tuple[str, str], ...]
    """(id, name)."""
    conflicts: tuple[tuple[str, str], ...]
    wanted: int
    """How many schools."""
    team: int
    """How many inspectors for each."""
    most: int
    """How many schools one inspector may get."""

    def to_json(self) -> dict[str, Any]:
        """Sorted, so that the order of clicking says nothing and the digest is stable."""
        return {
            "method": METHOD,
            "units": [{"id": key, "name": name} for key, name in sorted(self.units)],
            "inspectors": [{"id": key, "name": name} for key, name in sorted(self.inspectors)],
            "conflicts": [list(pair) for pair in sorted(set(self.conflicts))],
            "wanted": self.wanted, "team": self.team, "most": self.most,
        }  # fmt: skip


def check_pool(pool: Pool) -> None:
    """Raises Invalid for a pool that decides nothing or cannot be served."""
    faults: dict[str, str] = {}
    if len(pool.units) < 2 or pool.wanted >= len(pool.units):
        faults["units"] = "候选单位要多于抽取数，否则等于没有抽"
    if pool.wanted < 1:
        faults["wanted"] = "至少抽一家"
    if pool.team < 1 or len(pool.inspectors) < pool.team + 1:
        faults["inspectors"] = "候选检查人员要多于每组人数，否则等于没有抽"
    if pool.most < 1 or pool.most * len(pool.inspectors) < pool.wanted * pool.team:
        faults["most"] = "每人最多检查的单位数太少，人手不够"
    barred = set(pool.conflicts)
    ids = [key for key, _name in pool.inspectors]
    alone = [name for unit, name in pool.units if sum((unit, key) not in barred for key in ids) < pool.team]
    if alone:
        faults["units"] = str(Phrase("这些单位回避后凑不齐一组：%(names)s", names=alone))
    if faults:
        raise Invalid(fields=faults)


def new_seed() -> str:
    """256 bits, hex."""
    return secrets.token_hex(32)


def canonical(pool: Mapping[str, Any]) -> str:
    return json.dumps(pool, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commitment_of(seed: str, pool: Mapping[str, Any]) -> str:
    """What is published at sealing."""
    pool_digest = hashlib.sha256(canonical(pool).encode()).hexdigest()
    return hashlib.sha256(f"{seed}\n{pool_digest}".encode()).hexdigest()


def draw(seed: str, witness: str, pool: Mapping[str, Any]) -> dict[str, Any]:
    """The result: {"visits": [{"unit", "inspectors"}], "skipped": [unit]}.

    ``skipped``: schools that were drawn but for which no team was left without a conflict; the next one in order came in.
    """
    key = hashlib.sha256(f"{seed}\n{witness}".encode()).digest()
    barred = {tuple(pair) for pair in pool["conflicts"]}
    load = {inspector["id"]: 0 for inspector in pool["inspectors"]}
    visits: list[dict[str, Any]] = []
    skipped: list[str] = []
    for unit in sorted((own["id"] for own in pool["units"]), key=lambda own: _ticket(key, f"unit:{own}")):
        if len(visits) == pool["wanted"]:
            break
        free = [who for who in load if (unit, who) not in barred and load[who] < pool["most"]]
        free.sort(key=lambda who: (load[who], _ticket(key, f"pair:{unit}:{who}")))
        team = free[: pool["team"]]
        if len(team) < pool["team"]:
            skipped.append(unit)
            continue
        for who in team:
            load[who] += 1
        visits.append({"unit": unit, "inspectors": team})
    return {"visits": visits, "skipped": skipped}


def recompute(record: Mapping[str, Any]) -> list[str]:
    """What is wrong with a published record; empty: the draw was honest. ``record``: commitment, seed, witness, pool, drawn."""
    faults = []
    if commitment_of(record["seed"], record["pool"]) != record["commitment"]:
        faults.append("commitment")
    if draw(record["seed"], record["witness"], record["pool"]) != record["drawn"]:
        faults.append("drawn")
    return faults


def _ticket(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
