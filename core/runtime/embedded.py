"""PostgreSQL and Redis of one home as a pair: start, stop, and the settings that lead to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.runtime import server
from core.runtime.home import Home
from core.runtime.postgres import Postgres
from core.runtime.redis import RedisServer
from core.runtime.roles import DATABASE, Logins, create_database, drop_database, ensure_roles, logins


@dataclass(frozen=True, slots=True)
class Embedded:
    """The pair. `durable=False` is for tests: faster, and lost with the machine's power."""

    home: Home
    postgres: Postgres
    redis: RedisServer

    @classmethod
    def at(cls, folder: Path, *, durable: bool = True) -> "Embedded":
        """The pair of a data folder; starts nothing."""
        home = Home(folder)
        home.folder.mkdir(parents=True, exist_ok=True)
        return cls(home, Postgres(home, durable=durable), RedisServer(home, durable=durable))

    def start(self, *, database: str = DATABASE, waiting: Callable[[float], None] | None = None) -> None:
        """Start both (those that do not run yet) in the background, with roles and the database in place."""
        with self.home.locked():
            server.release(server.start(self.postgres, waiting=waiting))
            ensure_roles(self.postgres, database=database)
            server.release(server.start(self.redis, waiting=waiting))

    def stop(self) -> None:
        """Stop both."""
        with self.home.locked():
            server.stop(self.redis)
            server.stop(self.postgres)

    def runs(self) -> bool:
        """Whether both are ready."""
        return self.postgres.state() is self.redis.state() is server.State.READY

    def logins(self, database: str = DATABASE) -> Logins:
        """The addresses of the logins of a database."""
        return logins(self.home, database=database)

    def create_database(self, name: str, *, template: str | None = None) -> Logins:
        """Make a further database, as a copy of `template` if given; return its logins."""
        create_database(self.postgres, name, template=template)
        return self.logins(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and whoever is in it."""
        drop_database(self.postgres, name)

    def environ(self, database: str = DATABASE) -> dict[str, str]:
        """The settings of a process that works on this pair."""
        return {
            "XIAOAN_ENV": "development",
            "XIAOAN_HOME": str(self.home.folder),
            "XIAOAN_SECRET_KEY": self.home.secrets()["secret_key"],
            "REDIS_URL": self.redis.url,
            **self.logins(database).environ(),
        }


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[Embedded]:
    """A pair for as long as the block lasts."""
    pair = Embedded.at(folder, durable=durable)
    pair.start()
    try:
        yield pair
    finally:
        pair.stop()


def embedded_environment(folder: Path) -> dict[str, str]:
    """The settings of the pair in a data folder, which is started if it does not run."""
    pair = Embedded.at(folder)
    pair.start()
    return pair.environ()
