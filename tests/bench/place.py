"""Where a volume lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.runtime.embedded import Embedded
from core.runtime.roles import DATABASE, Logins


@dataclass(frozen=True)
class Place:
    """A database in the servers of a data folder, and the folder for whatever is written beside.

    ``own``: the servers are the volume's alone, so they are started for it, with everything lasting as in earnest, and
    stopped; the suite lends its own servers instead, with a database that is migrated already.
    """

    folder: Path
    servers: Path
    database: str = DATABASE
    own: bool = True

    @classmethod
    def at(cls, folder: Path) -> Place:
        return cls(folder, folder)

    @property
    def pair(self) -> Embedded:
        return Embedded.at(self.servers, durable=self.own)

    @property
    def logins(self) -> Logins:
        return self.pair.logins(self.database)

    def words(self) -> list[str]:
        """For a process of its own; read again by :meth:`of`."""
        return [str(self.folder), str(self.servers), self.database, str(int(self.own))]

    @classmethod
    def of(cls, words: list[str]) -> Place:
        folder, servers, database, own = words
        return cls(Path(folder), Path(servers), database, own == "1")
