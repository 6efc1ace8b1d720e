"""Shows a person what a start is doing: named steps with their durations, and a bar for long ones."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

BAR = 24


class Progress:
    """Writes to a terminal with a live line, to anything else one line a step."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out = out
        self._live = out.isatty()
        self._name = ""
        self._shown = 0.0
        self._tenth = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A named piece of work; prints how long it took."""
        begun = time.monotonic()
        self._name, self._tenth = name, 0
        self._line(f"  … {name}", final=False)
        try:
            yield
        except BaseException:
            self._line(f"  ✗ {name}", final=True)
            raise
        self._line(f"  ✓ {name} ({time.monotonic() - begun:.1f} s)", final=True)

    def advance(self, done: int, total: int, what: str = "") -> None:
        """How far the current step is; may be called as often as one likes."""
        now = time.monotonic()
        share = min(1.0, done / total) if total else 1.0
        if self._live and (now - self._shown >= 0.1 or done >= total):
            filled = round(share * BAR)
            self._shown = now
            self._line(f"  … {self._name} {'█' * filled}{'·' * (BAR - filled)} {done}/{total} {what}", final=False)
        elif not self._live and int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            self._line(f"  … {self._name} {self._tenth * 10} % {what}".rstrip(), final=True)

    def waiting(self, seconds: float) -> None:
        """Says so when something takes unusually long (a database that recovers after a crash)."""
        if seconds > 3 and time.monotonic() - self._shown >= 1:
            self._shown = time.monotonic()
            self._line(f"  … {self._name}, {seconds:.0f} s so far", final=not self._live)

    def note(self, text: str) -> None:
        """A line of its own."""
        self._line(text, final=True)

    def _line(self, text: str, *, final: bool) -> None:
        if self._live:
            self._out.write(f"\r\x1b[K{text}" + ("\n" if final else ""))
        elif final:
            self._out.write(text + "\n")
        self._out.flush()
