"""Gives a cluster its roles and databases by the psql scripts beside this file, and names the logins' addresses."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from core.db import roles
from core.runtime.home import Home
from core.runtime.postgres import Postgres

HERE = Path(__file__).parent
DATABASE = "xiaoan"


@dataclass(frozen=True, slots=True)
class Logins:
    """The addresses of one database, one for each login."""

    app: str
    bureau: str
    platform: str
    migrate: str

    def environ(self) -> dict[str, str]:
        """As settings read them."""
        return {
            "DATABASE_URL": self.app,
            "DATABASE_URL_BUREAU": self.bureau,
            "DATABASE_URL_PLATFORM": self.platform,
            "DATABASE_URL_MIGRATE": self.migrate,
        }


def ensure_roles(postgres: Postgres, *, database: str = DATABASE) -> None:
    """Make roles and the database, unless exactly that was done before."""
    secrets = postgres.home.secrets()
    environ = {
        f"{role.upper()}_PASSWORD": secrets[role] for role in (roles.APP, roles.BUREAU, roles.PLATFORM, roles.MIGRATE)
    }
    scripts = "".join((HERE / name).read_text(encoding="utf-8") for name in ("roles.sql", "database.sql"))
    done = hashlib.sha256("\0".join([scripts, database, *environ.values()]).encode()).hexdigest()
    stamp = postgres.data.with_name("roles.stamp")
    if stamp.exists() and stamp.read_text(encoding="ascii") == done:
        return
    postgres.psql(HERE / "roles.sql", environ=environ, variables={"database": database})
    stamp.write_text(done, encoding="ascii")


def create_database(postgres: Postgres, name: str, *, template: str | None = None) -> None:
    """Make a further database (quickly, as a copy of `template`, which must have no connections)."""
    variables = {"database": name} | ({"template": template} if template else {})
    postgres.psql(HERE / "database.sql", variables=variables)


def drop_database(postgres: Postgres, name: str) -> None:
    """Drop a database and whoever is in it; nothing happens if there is none."""
    postgres.psql(
        'set client_min_messages = warning; drop database if exists :"name" with (force);', variables={"name": name}
    )


def logins(home: Home, *, database: str = DATABASE) -> Logins:
    """The addresses of the logins."""
    secrets = home.secrets()
    socket = quote(str(home.sockets), safe="")

    def url(role: str) -> str:
        return f"postgresql+psycopg2://{role}:{quote(secrets[role], safe='')}@/{database}?host={socket}"

    return Logins(url(roles.APP), url(roles.BUREAU), url(roles.PLATFORM), url(roles.MIGRATE))
