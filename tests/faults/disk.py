"""A file system of its own that can be filled up. Only where this process may mount one; elsewhere disk-full is skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE_MB = 1536
BALLAST = "ballast"


class Disk:
    """``full`` fills it to the last block, for root too; ``freed`` takes the filling away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def full(self) -> None:
        with (self.folder / BALLAST).open("ab", buffering=0) as ballast:
            for chunk in (1 << 24, 1 << 20, 1 << 16, 4096, 512):
                while True:
                    try:
                        ballast.write(bytes(chunk))
                    except OSError:
                        break

    def freed(self) -> None:
        (self.folder / BALLAST).unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk | None]:
    """An ext4 file system in a file, mounted at ``folder``; None where that is not possible, and ``folder`` is a plain one."""
    folder.mkdir(parents=True, exist_ok=True)
    image = folder.with_suffix(".img")
    made = _mounted(image, folder)
    try:
        yield Disk(folder) if made else None
    finally:
        if made:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        image.unlink(missing_ok=True)


def _mounted(image: Path, folder: Path) -> bool:
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        return False
    with image.open("wb") as file:
        file.truncate(SIZE_MB << 20)
    for command in (["mkfs.ext4", "-q", "-m", "0", str(image)], ["mount", "-o", "loop", str(image), str(folder)]):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return False
    folder.chmod(0o755)
    return True
