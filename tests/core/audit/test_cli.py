"""`xiaoan audit verify`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from core.audit.heads import Heads
from core.audit.seal import seal_tenant
from core.cli.audit import audit
from core.db.engines import Database
from core.settings import Settings


@pytest.fixture
def verify(
    db: Database, tenant_id: int, settings: Settings, environ: dict[str, str], write: Callable[[int], None]
) -> Callable[..., Result]:
    """Runs the command on a tenant with five sealed entries."""
    write(5)
    seal_tenant(db, Heads(settings.audit_heads, secret_key=settings.secret_key), tenant_id=tenant_id)
    with db.platform() as session:
        slug = session.execute(text("select slug from app.tenants where id = :id"), {"id": tenant_id}).scalar_one()

    def run(*options: str) -> Result:
        return CliRunner(env=dict(environ)).invoke(audit, ["verify", *(options or ("--tenant", slug, "--json"))])

    return run


def test_verify_of_a_sound_log_exits_0(verify: Callable[..., Result]) -> None:
    answer = verify()
    assert answer.exit_code == 0, answer.output
    (row,) = json.loads(answer.stdout)
    assert (row["result"], row["entries"], row["heads"]) == ("ok", 5, 1)


def test_verify_of_a_log_that_was_tampered_with_names_it_and_exits_1(
    verify: Callable[..., Result], tamper: Callable[..., None]
) -> None:
    tamper(
        "update app.audit_entries set actor_name = '别人' where id ="
        " (select audit_id from app.audit_seals where tenant_id = :mine and seq = 3)"
    )
    answer = verify()
    assert answer.exit_code == 1
    (row,) = json.loads(answer.stdout)
    assert (row["result"], row["seq"], row["text"]) == ("changed", 3, "第 3 条被改动")


def test_verify_of_an_unknown_tenant_is_wrong_usage(verify: Callable[..., Result]) -> None:
    assert verify("--tenant", "nowhere").exit_code == 2


def test_verify_after_a_new_key_says_what_an_older_one_signed(
    verify: Callable[..., Result], environ: dict[str, str]
) -> None:
    before = environ["XIAOAN_SECRET_KEY"]
    environ["XIAOAN_SECRET_KEY"] = "n" * 40
    try:
        assert verify().exit_code == 1, "nobody named the older key"
        environ["XIAOAN_SECRET_KEYS_OLD"] = before
        answer = verify()
    finally:
        environ["XIAOAN_SECRET_KEY"] = before
        environ.pop("XIAOAN_SECRET_KEYS_OLD", None)
    assert answer.exit_code == 0, answer.output
    (row,) = json.loads(answer.stdout)
    assert (row["result"], row["heads"], row["heads_older_key"]) == ("ok", 1, 1)
    assert "older key" in row["text"]
