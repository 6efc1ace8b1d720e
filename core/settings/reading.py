"""Reads the settings from an environment, checks their form and the few rules between them, names every fault at once.

Knows nothing of Flask or the database.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, ValidationError

from core.settings.model import DEVELOPMENT_SECRET_KEY, Environment, Settings, described

SHORTEST_KEY = 32
HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class SettingsError(Exception):
    """The environment is not usable; `faults` lists every reason, one line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("settings are not usable:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = faults


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read all settings; raise `SettingsError` naming every fault."""
    env = _Reader(environ)
    values: dict[str, Any] = {}
    for name, known, default in described():
        if default is not MISSING and not env.given(known.variable):
            values[name] = default
        else:
            values[name] = getattr(env, known.kind)(known.variable, **known.options)
    faults = env.faults()
    _fill(values)
    faults += [fault for fault in _contradictions(values) if fault.split(":", 1)[0] not in env.faulty]
    if faults:
        raise SettingsError(faults)
    return Settings(**values)


class _Reader(Env):
    """environs over an explicit mapping. `X_FILE` names a file that holds the value of X (container secrets)."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(eager=False)
        self._source = environ
        self._unreadable: dict[str, str] = {}
        self.faulty: set[str] = set()
        for name, parse in _PARSERS.items():
            self.add_parser(name, parse)

    def _get_value(self, env_key: str, default: Any) -> Any:
        path = self._source.get(f"{env_key}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as fault:
                self._unreadable[env_key] = f"{env_key}_FILE: cannot be read: {fault}"
                return default
        return self._source.get(env_key) or default

    def given(self, variable: str) -> bool:
        """Whether the environment says anything about it. An empty value in an env file means "not set"."""
        return bool(self._source.get(variable) or self._source.get(f"{variable}_FILE"))

    def faults(self) -> list[str]:
        """Every fault of form, one line each: the variable, the problem, what would be right."""
        found: dict[str, str] = {}
        try:
            self.seal()
        except EnvValidationError as error:
            reasons_of: Any = error.error_messages
            for _, known, _default in described():
                if known.variable in reasons_of:
                    problem = " ".join(str(reason).rstrip(".") for reason in reasons_of[known.variable])
                    if problem == "Environment variable not set":
                        problem = "is not set"
                    found[known.variable] = f"{known.variable}: {problem}; expected {known.expects}"
        found.update(self._unreadable)
        self.faulty = set(found)
        return list(found.values())


def _fill(values: dict[str, Any]) -> None:
    """Defaults that depend on other settings."""
    if values["public_url"] == "":
        values["public_url"] = f"http://{values['host']}:{values['port']}"
    if values["environment"] is Environment.PRODUCTION and values["trusted_hosts"] == () and values["public_url"]:
        values["trusted_hosts"] = _hosts_of(values["public_url"])
    home = (values["home"] or Path("var")).expanduser().resolve()
    values["home"] = home
    values["files"] = values["files"] or str(home / "files")
    heads: Path | None = values["audit_heads"]
    values["audit_heads"] = home / "audit-heads" if heads in (None, Path()) else heads.expanduser().resolve()


def _hosts_of(public_url: str) -> tuple[str, ...]:
    """Its name, and the machine's own, for whoever asks after its health."""
    return (urlsplit(public_url).hostname or "", "127.0.0.1", "localhost")


def _contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    """Rules between settings. A value that is itself at fault is None here and reported already."""
    if values["environment"] is Environment.PRODUCTION:
        if values["secret_key"] == DEVELOPMENT_SECRET_KEY:
            yield "XIAOAN_SECRET_KEY: is not set; production needs a random text of at least 32 characters"
        if values["public_url"] is not None and not values["public_url"].startswith("https://"):
            yield "XIAOAN_PUBLIC_URL: production needs an https address, so that cookies are Secure"
        if values["clock"] is not None:
            yield "XIAOAN_CLOCK: production keeps real time; unset it"
    logins: dict[str, str] = {}
    for name in ("database_url", "database_url_bureau", "database_url_platform", "database_url_migrate"):
        if values[name] is None:
            continue
        login, variable = urlsplit(values[name]).username or "", name.upper()
        if login in logins:
            yield f"{variable}: uses the login {login!r} of {logins[login]}; each needs its own (docs/operations.md)"
        logins.setdefault(login, variable)
    if values["files"].startswith("s3://"):
        for name in ("s3_access_key", "s3_secret_key"):
            if not values[name]:
                yield f"XIAOAN_{name.upper()}: is not set; XIAOAN_FILES names an S3 bucket"
    yield from _sizes(values)


def _sizes(values: Mapping[str, Any]) -> Iterator[str]:
    """Counts and sizes that do not fit each other."""
    threads, pool, overflow = values["web_threads"], values["pool_size"], values["pool_overflow"]
    # A request may hold a second connection for a moment (a session's last use, a refusal's count).
    if None not in (threads, pool, overflow) and threads * 2 > pool + overflow:
        yield f"XIAOAN_WEB_THREADS: {threads} threads need {threads * 2} connections; XIAOAN_POOL_SIZE and _OVERFLOW give {pool + overflow}"
    upload, request = values["upload_max_mb"], values["request_max_mb"]
    if upload is not None and request is not None and upload > request:
        yield f"XIAOAN_REQUEST_MAX_MB: {request} is less than XIAOAN_UPLOAD_MAX_MB ({upload})"


def _database_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise ValidationError("Not a PostgreSQL address")
    if not url.username or not url.path.strip("/"):
        raise ValidationError("Lacks a login or a database name")
    # SQLAlchemy's own default driver changes between versions; the one that is installed is named here, once.
    return "postgresql+psycopg2://" + value.split("://", 1)[1]


def _one_of(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in schemes or not url.netloc:
            raise ValidationError(f"Not an address that starts with {' or '.join(f'{s}://' for s in schemes)}")
        return value

    return parse


def _public_url(value: str) -> str:
    value = _one_of("https", "http")(value).rstrip("/")
    if urlsplit(value).path:
        raise ValidationError("Has a path")
    return value


def _store(value: str) -> str:
    return _one_of("s3")(value) if "://" in value else str(Path(value).expanduser().resolve())


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _keys(value: str) -> tuple[str, ...]:
    keys = _parts(value)
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ValidationError("One is too short")
    return keys


def _hosts(value: str) -> tuple[str, ...]:
    hosts = _parts(value.lower())
    if not all(HOST.fullmatch(host) for host in hosts):
        raise ValidationError("Not all of them are host names")
    return hosts


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as fault:
        raise ValidationError("Not an ISO 8601 time") from fault
    if moment.tzinfo is None:
        raise ValidationError("Has no offset")
    return moment


_PARSERS: dict[str, Callable[[str], Any]] = {
    "database_url": _database_url,
    "redis_url": _one_of("redis", "rediss"),
    "public_url": _public_url,
    "smtp_url": _one_of("smtp", "smtps"),
    "store": _store,
    "keys": _keys,
    "hosts": _hosts,
    "moment": _moment,
    "folder": Path,
}
