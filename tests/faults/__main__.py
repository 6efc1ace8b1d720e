"""``make faults``: every fault of the table in turn, a table for people and JSON for machines. Exit code 1: a promise was broken."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Container, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.counting import incoming_left
from tests.faults.running import AFTER_THE_SWEEP, Outcome, Stage, run, settled, staged
from tests.faults.special import noisy, poison, search
from tests.faults.table import FAULTS

ROOT = Path(__file__).parents[2]
SPECIAL = {"poison": poison, "noisy": noisy, "search": search}
NAMES = (*(fault.name for fault in FAULTS), *SPECIAL)


def main() -> int:
    options = _options()
    # not under the working tree: the servers' user must be able to reach it
    folder = Path(tempfile.mkdtemp(prefix="xiaoan-faults-", dir=options.home))
    folder.chmod(0o711)
    out = Path(options.out)
    try:
        with staged(folder, with_disk="disk-full" in options.only, longer=options.longer) as stage:
            _note(f"serves after {stage.started_s:.0f} s; log: {stage.site.log}")
            outcomes, skipped = _all(stage, options, options.only)
            outcomes += _soaked(stage, options, skipped)
            swept = {"removed": stage.ledger.swept(stage.db), "half_written_left": incoming_left(stage.site)}
            settled(stage)
            final = stage.ledger.count(stage.db, [])
            shutil.copy(stage.site.log, out.with_suffix(".log"))
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    failed = any(outcome.failed for outcome in outcomes) or final.faults() or swept["half_written_left"]
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version()},
        "threads": options.threads, "acked_wanted": options.acked, "longer": options.longer, "hours": options.hours, "faults": [outcome.told() for outcome in outcomes], "skipped": skipped, "sweep": swept,
        "after_all": {**final.faults(), "audited": final.audited}, "kept": not failed,
    }  # fmt: skip
    out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(table(outcomes))
    print(f"\nsweep: {swept}   after all: {found['after_all']}   skipped: {skipped or 'nothing'}\n{out}")
    return 1 if failed else 0


def _soaked(stage: Stage, options: argparse.Namespace, skipped: Container[str]) -> list[Outcome]:
    """Again and again, in any order, until the hours are over: what a single round is too short to wear out."""
    until = time.monotonic() + options.hours * 3600
    outcomes: list[Outcome] = []
    names = [name for name in options.only if name not in skipped]
    while time.monotonic() < until:
        outcomes += _all(stage, options, [random.choice(names)])[0]
    return outcomes


def _all(stage: Stage, options: argparse.Namespace, names: Sequence[str]) -> tuple[list[Outcome], dict[str, str]]:
    outcomes: list[Outcome] = []
    skipped: dict[str, str] = {}
    for name in names:
        fault = next((one for one in FAULTS if one.name == name), None)
        if fault is not None and fault.needs_disk and stage.disk is None:
            skipped[name] = "no file system can be mounted here (needs root and mkfs.ext4)"
            continue
        _note(f"{name} …")
        try:
            if fault is None:
                outcome = SPECIAL[name](stage, threads=options.threads * 2, seconds=options.before + options.after)
            else:
                outcome = run(
                    stage,
                    fault,
                    threads=options.threads,
                    before_s=options.before,
                    after_s=options.after,
                    acked=options.acked,
                )
        except Exception as broke:  # noqa: BLE001  the other faults are of interest all the same
            traceback.print_exc()
            outcome = Outcome(name, fault.title if fault else name, failed=[f"the run itself broke: {broke!r}"])
        outcomes.append(outcome)
        _note(table(outcomes[-1:]).splitlines()[-1])
        for words in outcome.failed:
            _note(f"    broken: {words}")
    return outcomes, skipped


def table(outcomes: Sequence[Outcome]) -> str:
    """For people."""
    heads = (
        "fault",
        "acked",
        "lost",
        "doubled",
        "other",
        "failed tries",
        "median s",
        "longest s",
        "fault s",
        "again s",
        "drained s",
    )
    lines = [f"{heads[0]:16}" + "".join(f"{head:>13}" for head in heads[1:])]
    for one in outcomes:
        counted = one.counted
        apart = {"lost", "doubled", *AFTER_THE_SWEEP}
        other = sum(number for name, number in counted.faults().items() if name not in apart)
        cells = (
            counted.acknowledged, counted.lost, counted.doubled, other, sum(one.failed_attempts.values()), one.median_s,
            one.longest_s, one.fault_s, one.served_again_s, one.drained_s,
        )  # fmt: skip
        lines.append(f"{one.fault:16}" + "".join(f"{cell:>13}" for cell in cells) + ("  BROKEN" if one.failed else ""))
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(NAMES), help="names, with commas between"
    )
    parser.add_argument("--threads", type=int, default=8, help="clients; twice as many for the noisy district")
    parser.add_argument("--before", type=float, default=5, help="seconds of load before a fault")
    parser.add_argument("--after", type=float, default=15, help="seconds of load after it")
    parser.add_argument("--acked", type=int, default=0, help="each fault's load goes on until so many are acknowledged")
    parser.add_argument("--longer", type=float, default=1.0, help="times as long as usual that something is away")
    parser.add_argument("--hours", type=float, default=0.0, help="soak: the faults again and again in any order")
    parser.add_argument("--home", default=tempfile.gettempdir(), help="where the data folder is made")
    parser.add_argument("--keep", action="store_true", help="leave the data folder")
    parser.add_argument("--out", default=str(ROOT / ".state" / "faults" / "faults.json"))
    options = parser.parse_args()
    unknown = set(options.only) - set(NAMES)
    if unknown:
        parser.error(f"there is no fault {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    Path(options.out).parent.mkdir(parents=True, exist_ok=True)
    return options


def _note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
