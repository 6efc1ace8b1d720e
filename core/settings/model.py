"""The settings: their names, types, defaults and why each exists. One row a setting; docs/settings.md is made from it.

Knows nothing of how values are read, nor of who uses them.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import validate

DEVELOPMENT_SECRET_KEY = "development only: production refuses this key"  # noqa: S105  a public constant, refused below
SECTIONS = ("Service", "Database", "Redis and jobs", "Files", "Mail and logs")


class Environment(StrEnum):
    """Where the process runs; decides how strict the start is."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class LogFormat(StrEnum):
    """`console` for people, `json` for collectors."""

    CONSOLE = "console"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of one variable besides its value; also a row of docs/settings.md."""

    variable: str
    why: str
    expects: str
    kind: str
    section: str
    secret: bool
    default_note: str | None
    options: Mapping[str, Any]


def _setting(
    variable: str,
    why: str,
    *,
    section: str,
    expects: str,
    kind: str = "str",
    default: Any = MISSING,
    default_note: str | None = None,
    secret: bool = False,
    **options: Any,
) -> Any:
    known = Setting(variable, why, expects, kind, section, secret, default_note, options)
    return field(default=default, repr=not secret, metadata={"setting": known})


def _count(low: int, high: int) -> Any:
    return {
        "kind": "int",
        "expects": f"a whole number from {low} to {high}",
        "validate": validate.Range(min=low, max=high),
    }


_DATABASE: Any = {"section": "Database", "kind": "database_url", "secret": True}
_DATABASE_FORM = "postgresql://login:password@host:5432/database"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one process. Build it with `load_settings`, pass it on, never look it up globally."""

    environment: Environment = _setting(
        "XIAOAN_ENV", "How strict the start is; production refuses what is fit for a desk only.",
        section="Service", kind="enum", expects="production, development or test",
        default=Environment.PRODUCTION, enum=Environment, by_value=True,
    )  # fmt: skip
    secret_key: str = _setting(
        "XIAOAN_SECRET_KEY", "Signs what leaves the server (CSRF tokens, links). The same on every web process.",
        section="Service", expects="a random text of at least 32 characters", default=DEVELOPMENT_SECRET_KEY,
        default_note="a public one outside production", secret=True, validate=validate.Length(min=32),
    )  # fmt: skip
    secret_keys_old: tuple[str, ...] = _setting(
        "XIAOAN_SECRET_KEYS_OLD", "Keys that XIAOAN_SECRET_KEY replaced: what they signed (audit heads, notes on pages) still "
        "verifies. Leave a key out once it is known to others.",
        section="Service", kind="keys", expects="keys of at least 32 characters, separated by commas", default=(),
        default_note="–", secret=True,
    )  # fmt: skip
    public_url: str = _setting(
        "XIAOAN_PUBLIC_URL", "The address people type. https makes cookies Secure; production requires it.",
        section="Service", kind="public_url", expects="https://host or http://host:port, without a path",
        default="", default_note="http://`XIAOAN_HOST`:`XIAOAN_PORT`",
    )  # fmt: skip
    trusted_hosts: tuple[str, ...] = _setting(
        "XIAOAN_TRUSTED_HOSTS", "Names under which the web process may be asked; a request for another name is refused (400).",
        section="Service", kind="hosts", expects="host names without port, separated by commas; .example.cn takes every name below it",
        default=(), default_note="in production that of `XIAOAN_PUBLIC_URL`, 127.0.0.1 and localhost; else any",
    )  # fmt: skip
    host: str = _setting(
        "XIAOAN_HOST", "Address the web process listens on.",
        section="Service", expects="an address of this machine", default="127.0.0.1",
    )  # fmt: skip
    port: int = _setting(
        "XIAOAN_PORT", "Port the web process listens on.", section="Service", default=8000, **_count(1, 65535)
    )  # fmt: skip
    trusted_proxies: int = _setting(
        "XIAOAN_TRUSTED_PROXIES", "How many reverse proxies stand in front; 0 ignores X-Forwarded-* altogether.",
        section="Service", default=0, **_count(0, 5),
    )  # fmt: skip
    web_workers: int = _setting(
        "XIAOAN_WEB_WORKERS", "Web processes.", section="Service", default=2, **_count(1, 64)
    )  # fmt: skip
    web_threads: int = _setting(
        "XIAOAN_WEB_THREADS", "Requests that a web process works on at the same time; more wait for their turn.",
        section="Service", default=4, **_count(1, 64),
    )  # fmt: skip
    web_share: int = _setting(
        "XIAOAN_WEB_SHARE", "How many of them may be of one tenant while others ask too, so that nobody has all of a process.",
        section="Service", default=2, **_count(1, 64),
    )  # fmt: skip
    rate_factor: int = _setting(
        "XIAOAN_RATE_FACTOR", "Multiplies how often a person or a district may write, search and export; 0: no limit, for load tests.",
        section="Service", default=1, **_count(0, 1000),
    )  # fmt: skip
    clock: datetime | None = _setting(
        "XIAOAN_CLOCK", "The moment at which the process's clock starts, to replay a year. Refused in production.",
        section="Service", kind="moment", expects="an ISO 8601 time with its offset, e.g. 2026-03-01T08:00:00+08:00",
        default=None,
    )  # fmt: skip
    home: Path = _setting(
        "XIAOAN_HOME", "Data folder: embedded servers, files, audit heads.",
        section="Service", kind="folder", expects="a folder path", default=Path("var"), default_note="`./var`",
    )  # fmt: skip
    audit_heads: Path = _setting(
        "XIAOAN_AUDIT_HEADS", "Folder outside the database to which heads of the audit chains are written; "
        "best on a disk the database machine cannot write.",
        section="Service", kind="folder", expects="a folder path",
        default=Path(), default_note="`XIAOAN_HOME`/audit-heads",
    )  # fmt: skip

    database_url: str = _setting(
        "DATABASE_URL", "The application's login (role xiaoan_app): web and tenant jobs.",
        expects=_DATABASE_FORM, **_DATABASE,
    )  # fmt: skip
    database_url_bureau: str = _setting(
        "DATABASE_URL_BUREAU", "The bureau login (role xiaoan_bureau), read only.",
        expects=_DATABASE_FORM, **_DATABASE,
    )  # fmt: skip
    database_url_platform: str | None = _setting(
        "DATABASE_URL_PLATFORM", "The platform login (role xiaoan_platform): relay, sweeper, ticks. "
        "Only beat needs it: keep it away from web and worker.",
        expects=_DATABASE_FORM, default=None, **_DATABASE,
    )  # fmt: skip
    database_url_migrate: str | None = _setting(
        "DATABASE_URL_MIGRATE", "The migration login (role xiaoan_migrate). Only `xiaoan db …` needs it: "
        "keep it away from web and worker.",
        expects=_DATABASE_FORM, default=None, **_DATABASE,
    )  # fmt: skip
    pool_size: int = _setting(
        "XIAOAN_POOL_SIZE", "Connections kept open per process and login.",
        section="Database", default=5, **_count(1, 100),
    )  # fmt: skip
    pool_overflow: int = _setting(
        "XIAOAN_POOL_OVERFLOW", "Further connections at a peak.", section="Database", default=5, **_count(0, 100)
    )  # fmt: skip
    pool_timeout_s: int = _setting(
        "XIAOAN_POOL_TIMEOUT_S", "Seconds a request waits for a connection before it answers 503.",
        section="Database", default=10, **_count(1, 120),
    )  # fmt: skip

    redis_url: str = _setting(
        "REDIS_URL", "Doorbell of the jobs, counters of the rate limits. Losing it loses nothing.",
        section="Redis and jobs", kind="redis_url", secret=True,
        expects="redis://:password@host:6379/0 or rediss://…",
    )  # fmt: skip
    redis_prefix: str = _setting(
        "XIAOAN_REDIS_PREFIX", "Leads every key, so that several installations share one Redis.",
        section="Redis and jobs", expects="letters, digits, - and _", default="xiaoan",
        validate=validate.Regexp(r"[A-Za-z0-9_-]+\Z"),
    )  # fmt: skip
    job_workers: int = _setting(
        "XIAOAN_JOB_WORKERS", "Processes of one job worker.", section="Redis and jobs", default=2, **_count(1, 64)
    )  # fmt: skip

    files: str = _setting(
        "XIAOAN_FILES", "Where uploaded files are stored.",
        section="Files", kind="store", expects="a folder path or s3://bucket/prefix",
        default="", default_note="`XIAOAN_HOME`/files",
    )  # fmt: skip
    files_accel: str = _setting(
        "XIAOAN_FILES_ACCEL", "Internal nginx location that hands out files of a folder (X-Accel-Redirect); "
        "empty: the web process sends them itself.",
        section="Files", expects="a path such as /_files", default="", validate=validate.Regexp(r"(/[\w./-]*\w)?\Z"),
    )  # fmt: skip
    s3_endpoint: str | None = _setting(
        "XIAOAN_S3_ENDPOINT", "S3-compatible service, when it is not AWS.",
        section="Files", kind="public_url", expects="https://host or http://host:port", default=None,
    )  # fmt: skip
    s3_region: str = _setting(
        "XIAOAN_S3_REGION", "Region the S3 signature names.",
        section="Files", expects="a region name", default="us-east-1",
    )  # fmt: skip
    s3_access_key: str | None = _setting(
        "XIAOAN_S3_ACCESS_KEY", "S3 access key.", section="Files", expects="a key", default=None, secret=True
    )  # fmt: skip
    s3_secret_key: str | None = _setting(
        "XIAOAN_S3_SECRET_KEY", "S3 secret key.", section="Files", expects="a key", default=None, secret=True
    )  # fmt: skip
    upload_max_mb: int = _setting(
        "XIAOAN_UPLOAD_MAX_MB", "Largest single file as evidence.", section="Files", default=50, **_count(1, 2048)
    )  # fmt: skip
    import_max_mb: int = _setting(
        "XIAOAN_IMPORT_MAX_MB", "Largest table to import (xlsx or csv).", section="Files", default=20, **_count(1, 50)
    )  # fmt: skip
    request_max_mb: int = _setting(
        "XIAOAN_REQUEST_MAX_MB", "Largest request body in all; nginx must allow as much.",
        section="Files", default=64, **_count(1, 4096),
    )  # fmt: skip

    smtp_url: str | None = _setting(
        "XIAOAN_SMTP_URL", "Outgoing mail; none is sent without it.",
        section="Mail and logs", kind="smtp_url", secret=True, default=None,
        expects="smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465",
    )  # fmt: skip
    mail_from: str = _setting(
        "XIAOAN_MAIL_FROM", "Sender of outgoing mail.",
        section="Mail and logs", expects="a mail address", default="xiaoan@localhost",
        validate=validate.Regexp(r"[^@\s]+@[^@\s]+\Z"),
    )  # fmt: skip
    log_level: int = _setting(
        "XIAOAN_LOG_LEVEL", "Least severe message that is logged.",
        section="Mail and logs", kind="log_level", expects="DEBUG, INFO, WARNING or ERROR",
        default=20, default_note="`INFO`",
    )  # fmt: skip
    log_format: LogFormat = _setting(
        "XIAOAN_LOG_FORMAT", "Form of a log line.",
        section="Mail and logs", kind="enum", expects="console or json",
        default=LogFormat.CONSOLE, enum=LogFormat, by_value=True,
    )  # fmt: skip

    @property
    def production(self) -> bool:
        """Whether real people's records are at stake."""
        return self.environment is Environment.PRODUCTION

    @property
    def secure_cookies(self) -> bool:
        """Cookies carry Secure and the __Host- prefix; follows from the public address."""
        return self.public_url.startswith("https://")

    @property
    def files_bucket(self) -> str | None:
        """The bucket when files live in S3, else None."""
        return urlsplit(self.files).netloc if self.files.startswith("s3://") else None

    @property
    def files_folder(self) -> Path | None:
        """The folder when files live on disk, else None."""
        return None if self.files_bucket else Path(self.files)


def described() -> list[tuple[str, Setting, Any]]:
    """(field name, what is known of it, default or MISSING) of every setting, in order."""
    return [(f.name, f.metadata["setting"], f.default) for f in fields(Settings)]
