"""Where the embedded servers keep what: data, sockets, logs, secrets. Knows no server's own options."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.db import roles
from core.runtime.account import Account, server_account

SOCKET_PATH_LIMIT = 103
"""Bytes of a Unix socket's path that both macOS (104) and Linux (108) take, the final NUL apart."""


ELSEWHERE = Path("/var/lib/xiaoan")
"""For what the servers' user cannot reach where it is: data folders and programs below root's home."""


class Home:
    """A data folder (`XIAOAN_HOME`) seen by the embedded servers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().resolve()

    @cached_property
    def account(self) -> Account:
        """The user the servers run as."""
        return server_account()

    @cached_property
    def servers(self) -> Path:
        """Folder of the servers' data: here, or under /var/lib if their user cannot come here (root's home)."""
        if self.account.reaches(self.folder / "postgres"):
            return self.folder
        return ELSEWHERE / _digest(self.folder)

    def copied(self, name: str, sources: Mapping[str, Path]) -> Path:
        """A folder with copies of programs that the servers' user cannot reach: path in it → original. Made once per `name`.

        Several homes of this machine share it: one process copies, the others wait. A copy that has lost files since
        (somebody tidied up) is made anew.
        """
        ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
        place, fresh, broken = (ELSEWHERE / f"{name}{ending}" for ending in ("", ".new", ".old"))
        with (ELSEWHERE / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _holds(place, sources):
                for left_over in (fresh, broken):
                    shutil.rmtree(left_over, ignore_errors=True)
                for inside, original in sources.items():
                    _copy(original, fresh / inside)
                if place.exists():
                    place.rename(broken)
                fresh.rename(place)
                shutil.rmtree(broken, ignore_errors=True)
        return place

    @property
    def logs(self) -> Path:
        """Folder of the servers' logs."""
        return self.folder / "log"

    @cached_property
    def sockets(self) -> Path:
        """Folder of the sockets; a short one elsewhere when this one's path is too long for a socket."""
        near = self.servers / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
            return near
        return Path("/tmp") / f"xiaoan-{self.account.uid}-{_digest(self.folder)}"  # noqa: S108  checked in prepare()

    def prepare(self) -> None:
        """Make the folders. Refuses a socket folder that somebody else made first."""
        # Others may pass through, not look: the servers' user has to reach its own folders below.
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700 if self.account.is_own else 0o711)
        self.logs.mkdir(exist_ok=True)
        if self.servers != self.folder:
            ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
            self.account.own(self.servers)
        if self.sockets.exists() and self.sockets.lstat().st_uid not in (self.account.uid, os.geteuid()):
            raise RuntimeError(f"{self.sockets} belongs to somebody else; remove it or choose a shorter XIAOAN_HOME")
        self.account.own(self.sockets)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One start or stop at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def secrets(self) -> "Secrets":
        """The passwords of this home; made at the first call, kept in secrets.json, readable by its owner only."""
        path = self.folder / "secrets.json"
        try:
            known: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            known = {}
        missing = [name for name in SECRET_NAMES if name not in known]
        if missing:
            known |= {name: secrets.token_urlsafe(32) for name in missing}
            fresh = path.with_suffix(".new")
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(known, file, indent=1)
            fresh.replace(path)
        return Secrets(known)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Random passwords, by what they open. Not shown in logs or errors."""

    _known: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self._known[name]

    def __repr__(self) -> str:
        return "Secrets(…)"


SECRET_NAMES = (roles.APP, roles.BUREAU, roles.PLATFORM, roles.MIGRATE, "redis", "secret_key")


def _copy(original: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if original.is_dir():
        shutil.copytree(original, target, symlinks=True)
    else:
        shutil.copy(original, target)


def _holds(place: Path, sources: Mapping[str, Path]) -> bool:
    """Whether each file of the originals is there, in its size."""
    return all(_sizes(place / inside) == _sizes(original) for inside, original in sources.items())


def _sizes(root: Path) -> dict[str, int]:
    """Path of each file below the root → its bytes; of a file the root itself as ""; {} for what is not there."""
    if root.is_file():
        return {"": root.stat().st_size}
    files = (os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names)  # noqa: PTH118  thousands
    return {os.path.relpath(file, root): os.lstat(file).st_size for file in files}


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
