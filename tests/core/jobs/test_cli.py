"""`xiaoan jobs run` and `xiaoan jobs list`."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from core.cli.jobs import jobs
from core.db.engines import Database
from core.jobs.queries import job_card


@pytest.fixture
def slug(db: Database, tenant_id: int) -> str:
    with db.platform() as session:
        return str(session.execute(text("select slug from app.tenants where id = :id"), {"id": tenant_id}).scalar_one())


def call(own_environ: dict[str, str], *words: str) -> Result:
    return CliRunner(env=own_environ).invoke(jobs, words)


def test_run_as_of_runs_what_is_due_then_once_only(
    db: Database, tenant_id: int, slug: str, own_environ: dict[str, str]
) -> None:
    words = ("run", "--as-of", "2019-04-01T09:00:00+08:00", "--tenant", slug, "--json")
    first = call(own_environ, *words)
    ran = json.loads(first.stdout)
    assert {"jobs.tidy", "files.sweep", "notify.digest"} <= {row["kind"] for row in ran}, first.output
    assert {row["tenant"] for row in ran} == {slug}
    with db.tenant(tenant_id) as session:
        card = job_card(session, UUID(ran[0]["job_id"]))
        assert card.finished_at is not None
        assert card.finished_at.isoformat() == "2019-04-01T01:00:00+00:00"
    assert json.loads(call(own_environ, *words).stdout) == []


@pytest.mark.parametrize("words", [("--as-of", "yesterday"), ("--tenant", "nowhere")])
def test_run_with_wrong_words_is_wrong_usage(own_environ: dict[str, str], words: tuple[str, ...]) -> None:
    assert call(own_environ, "run", *words).exit_code == 2


def test_run_as_of_in_production_is_refused(own_environ: dict[str, str]) -> None:
    production = {**own_environ, "XIAOAN_ENV": "production", "XIAOAN_PUBLIC_URL": "https://xiaoan.example"}
    answer = call(production, "run", "--as-of", "2019-04-01")
    assert answer.exit_code == 2 and "real time" in answer.output


def test_list_filters(own_environ: dict[str, str], slug: str, order: Callable[..., UUID]) -> None:
    job_id = order("test.x")
    rows = json.loads(
        call(own_environ, "list", "--tenant", slug, "--state", "queued", "--kind", "test.x", "--json").stdout
    )
    assert [row["id"] for row in rows] == [str(job_id)]
    assert json.loads(call(own_environ, "list", "--tenant", slug, "--state", "dead", "--json").stdout) == []
