"""Settings: every fault is named at once, production is strict, the document is the code's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from core.settings import Environment, Settings, SettingsError, load_settings
from core.settings.__main__ import markdown
from core.settings.model import described

ROOT = Path(__file__).parents[2]
DESK = {
    "XIAOAN_ENV": "development",
    "DATABASE_URL": "postgresql://xiaoan_app:a@/x?host=%2Frun",
    "DATABASE_URL_BUREAU": "postgresql://xiaoan_bureau:b@h/x",
    "REDIS_URL": "redis://:p@h:6379/0",
}
LIVE = DESK | {
    "XIAOAN_ENV": "production",
    "XIAOAN_SECRET_KEY": "s" * 43,
    "XIAOAN_PUBLIC_URL": "https://xiaoan.example.cn",
}


def faults(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return caught.value.faults


def test_settings_when_nothing_is_set_then_every_missing_one_is_named() -> None:
    named = {fault.split(":")[0] for fault in faults({})}
    assert named == {"DATABASE_URL", "DATABASE_URL_BUREAU", "REDIS_URL", "XIAOAN_SECRET_KEY", "XIAOAN_PUBLIC_URL"}


def test_settings_when_several_are_wrong_then_each_fault_says_what_is_right() -> None:
    found = faults(
        DESK | {"XIAOAN_PORT": "99999", "XIAOAN_LOG_FORMAT": "xml", "DATABASE_URL": "mysql://x", "XIAOAN_CLOCK": "noon"}
    )
    assert [fault.split(":")[0] for fault in found] == [
        "XIAOAN_PORT",
        "XIAOAN_CLOCK",
        "DATABASE_URL",
        "XIAOAN_LOG_FORMAT",
    ]
    assert all("expected" in fault for fault in found)


def test_settings_when_on_a_desk_then_defaults_follow_from_each_other(tmp_path: Path) -> None:
    settings = load_settings(DESK | {"XIAOAN_HOME": str(tmp_path), "XIAOAN_PORT": "8123"})
    assert settings.public_url == "http://127.0.0.1:8123"
    assert settings.files_folder == tmp_path.resolve() / "files"
    assert settings.audit_heads == tmp_path.resolve() / "audit-heads"
    assert not settings.secure_cookies
    assert settings.database_url.startswith("postgresql+psycopg2://xiaoan_app:")
    assert settings.database_url_platform is None


def test_settings_when_in_production_then_https_key_and_real_time_are_demanded() -> None:
    assert load_settings(LIVE).secure_cookies
    assert "XIAOAN_CLOCK" in faults(LIVE | {"XIAOAN_CLOCK": "2026-03-01T08:00:00+08:00"})[0]
    assert "https" in faults(LIVE | {"XIAOAN_PUBLIC_URL": "http://xiaoan.example.cn"})[0]
    assert "XIAOAN_SECRET_KEY" in faults(LIVE | {"XIAOAN_SECRET_KEY": "short"})[0]
    assert "XIAOAN_SECRET_KEY" in faults({**LIVE, "XIAOAN_SECRET_KEY": ""})[0]


def test_settings_when_no_environment_is_named_then_it_is_production() -> None:
    assert (
        load_settings({name: value for name, value in LIVE.items() if name != "XIAOAN_ENV"}).environment
        is Environment.PRODUCTION
    )


def test_settings_when_two_logins_are_the_same_then_refused() -> None:
    assert "xiaoan_app" in faults(DESK | {"DATABASE_URL_BUREAU": DESK["DATABASE_URL"]})[0]


def test_settings_when_a_file_holds_the_value_then_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    assert load_settings(DESK | {"XIAOAN_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "k" * 40
    assert "cannot be read" in faults(DESK | {"XIAOAN_SECRET_KEY_FILE": str(tmp_path / "none")})[0]


def test_settings_when_a_value_is_empty_then_it_is_not_set() -> None:
    assert load_settings(DESK | {"XIAOAN_CLOCK": "", "XIAOAN_PORT": ""}).port == 8000


def test_settings_when_files_are_in_s3_then_keys_are_demanded() -> None:
    assert len(faults(DESK | {"XIAOAN_FILES": "s3://bucket/prefix"})) == 2
    stored = load_settings(
        DESK | {"XIAOAN_FILES": "s3://bucket/p", "XIAOAN_S3_ACCESS_KEY": "a", "XIAOAN_S3_SECRET_KEY": "b"}
    )
    assert (stored.files_bucket, stored.files_folder) == ("bucket", None)


def test_settings_when_a_clock_has_no_offset_then_refused() -> None:
    assert "offset" in faults(DESK | {"XIAOAN_CLOCK": "2026-03-01T08:00:00"})[0]
    clock = load_settings(DESK | {"XIAOAN_CLOCK": "2026-03-01T08:00:00+08:00"}).clock
    assert clock == datetime.fromisoformat("2026-03-01T00:00:00+00:00")


def test_settings_when_one_file_may_be_larger_than_a_request_then_refused() -> None:
    assert "XIAOAN_REQUEST_MAX_MB" in faults(DESK | {"XIAOAN_UPLOAD_MAX_MB": "100", "XIAOAN_REQUEST_MAX_MB": "50"})[0]


def test_settings_when_shown_then_secrets_are_left_out() -> None:
    shown = repr(load_settings(LIVE | {"XIAOAN_S3_SECRET_KEY": "hush", "XIAOAN_SMTP_URL": "smtp://u:hush@h"}))
    assert "hush" not in shown
    assert "s" * 43 not in shown
    assert "xiaoan_app" not in shown


def test_settings_document_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == markdown(), (
        "python -m core.settings > docs/settings.md"
    )


def test_settings_are_described_once_each() -> None:
    variables = [known.variable for _, known, _ in described()]
    assert len(variables) == len(set(variables)) == len(Settings.__dataclass_fields__)


def test_settings_when_keys_were_replaced_then_they_are_read_and_checked() -> None:
    assert load_settings(LIVE).secret_keys_old == ()
    old = load_settings(LIVE | {"XIAOAN_SECRET_KEYS_OLD": f"{'a' * 40}, {'b' * 32},"}).secret_keys_old
    assert old == ("a" * 40, "b" * 32)
    (fault,) = faults(LIVE | {"XIAOAN_SECRET_KEYS_OLD": f"{'a' * 40},short"})
    assert fault.startswith("XIAOAN_SECRET_KEYS_OLD: One is too short") and "short," not in fault


def test_settings_when_in_production_then_only_its_own_names_are_answered_to() -> None:
    assert load_settings(LIVE).trusted_hosts == ("xiaoan.example.cn", "127.0.0.1", "localhost")
    assert load_settings(DESK).trusted_hosts == ()
    named = load_settings(LIVE | {"XIAOAN_TRUSTED_HOSTS": "A.example.cn, .b.example.cn"}).trusted_hosts
    assert named == ("a.example.cn", ".b.example.cn")
    (fault,) = faults(LIVE | {"XIAOAN_TRUSTED_HOSTS": "https://a.example.cn"})
    assert fault.startswith("XIAOAN_TRUSTED_HOSTS:")
