"""What deploy/ ships agrees with the code: settings, roles, paths. There is no container engine here; these are its parts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.db import roles
from core.settings import load_settings
from core.settings.model import described

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
VARIABLES = {known.variable for _, known, _ in described()}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    filled = re.sub(r"\$\{(\w+)(:[-?][^}]*)?\}", lambda found: _example(found[1]), text)
    found: dict[str, Any] = yaml.safe_load(filled)
    return found


def _example(name: str) -> str:
    return {"XIAOAN_PUBLIC_URL": "https://x.example.cn", "XIAOAN_SMTP_URL": ""}.get(name, "a" * 43)


def test_compose_when_filled_in_then_each_process_can_load_its_settings(compose: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "beat"):
        environ = {key: str(value or "") for key, value in compose["services"][name]["environment"].items()}
        assert set(environ) <= VARIABLES
        assert load_settings(environ).production


def test_compose_then_each_process_has_only_the_logins_it_needs(compose: dict[str, Any]) -> None:
    services = compose["services"]
    holders = {
        variable: {name for name in ("migrate", "web", "worker", "beat") if variable in services[name]["environment"]}
        for variable in ("DATABASE_URL_MIGRATE", "DATABASE_URL_PLATFORM")
    }
    assert holders == {"DATABASE_URL_MIGRATE": {"migrate"}, "DATABASE_URL_PLATFORM": {"beat"}}


def test_compose_then_what_it_waits_for_and_mounts_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).resolve().exists()
            elif not source.startswith(("/", "a")):
                assert source in compose["volumes"]


def test_compose_then_the_example_names_every_variable_it_wants() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yml").read_text(encoding="utf-8")))
    named = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert wanted == named


def test_dockerfile_then_everything_it_copies_exists() -> None:
    for line in (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            *sources, _ = line.split()[1:]
            for source in sources:
                assert (ROOT / source).exists(), line


def test_roles_then_the_script_and_the_code_name_the_same() -> None:
    script = (DEPLOY / "postgres" / "roles.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"\bxiaoan_\w+", script)) == {
        roles.OWNER,
        roles.MIGRATE,
        roles.APP,
        roles.BUREAU,
        roles.PLATFORM,
    }
    assert (DEPLOY / "postgres" / "database.sql").exists()


def test_systemd_then_each_unit_runs_a_command_that_exists() -> None:
    for role in ("web", "worker", "beat"):
        unit = (DEPLOY / "systemd" / f"xiaoan-{role}.service").read_text(encoding="utf-8")
        assert f"ExecStart=/opt/xiaoan/.venv/bin/xiaoan {role}\n" in unit
        assert ("platform.env" in unit) == (role == "beat")
        slice_name = re.search(r"^Slice=(.*)$", unit, re.MULTILINE)
        assert slice_name
        assert (DEPLOY / "systemd" / slice_name[1]).exists()


def test_nginx_then_it_lets_through_what_the_settings_allow() -> None:
    conf = (DEPLOY / "nginx" / "xiaoan.conf").read_text(encoding="utf-8")
    largest = next(default for name, _, default in described() if name == "request_max_mb")
    assert f"client_max_body_size {largest}m;" in conf
    assert re.search(r"location /_files/ \{\s+internal;", conf)


def test_locks_then_they_name_no_host_and_agree() -> None:
    locks = {
        name: (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
        for name in ("runtime", "dev", "redis")
    }
    assert not [name for name, text in locks.items() if "://" in text]
    pins = {name: set(re.findall(r"^([A-Za-z0-9._-]+==\S+)", text, re.MULTILINE)) for name, text in locks.items()}
    assert pins["runtime"] < pins["dev"]
    assert pins["redis"] < pins["runtime"]
    assert "resolved" not in (ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8")


def test_make_help_then_every_target_is_explained() -> None:
    said = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "sure", "dev", "fmt", "shell", "sql", "lock", "assets", "migration"):
        assert f"make {target} " in said
