"""The operating system's user that the embedded servers run as. PostgreSQL refuses root, so root needs another one."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "xiaoan"
"""Made on demand when root starts the embedded servers."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    @property
    def is_own(self) -> bool:
        """Whether this process already runs as it."""
        return os.geteuid() == self.uid

    def reaches(self, path: Path) -> bool:
        """Whether it may enter every folder above `path` (root's home, for one, is closed to it)."""
        return self.is_own or all(self._may_enter(folder) for folder in path.resolve().parents if folder.exists())

    def own(self, folder: Path, mode: int = 0o700) -> None:
        """Make a folder that belongs to it."""
        folder.mkdir(parents=True, exist_ok=True)
        if not self.is_own:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(mode)

    def _may_enter(self, folder: Path) -> bool:
        known = folder.stat()
        if known.st_uid == self.uid:
            return bool(known.st_mode & stat.S_IXUSR)
        if known.st_gid == self.gid:
            return bool(known.st_mode & stat.S_IXGRP)
        return bool(known.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """The user for the servers: oneself, or for root a user of their own (`nobody` where none can be made)."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()))
    for name in (NAME, "nobody"):
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            useradd = shutil.which("useradd")
            if name != "nobody" and useradd:
                made = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
                if subprocess.run(made, capture_output=True, check=False).returncode == 0:
                    return _account(pwd.getpwnam(name))
    raise RuntimeError("root cannot run the embedded PostgreSQL and there is no other user: run as an ordinary user")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
