"""Generated requests to every operation, as every role: no 5xx, no undocumented answer, bodies as described.

``XIAOAN_CONTRACT_EXAMPLES`` (default 1) is the number of examples of each kind for an operation and a role; ``make contract``
takes more. What is generated does not depend on chance while the number is small (derandomized), and does when it is large.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from core.db.engines import Database
from core.kernel.clock import FixedClock
from core.settings import Settings
from tests.conftest import APP_CLOCK, NOW
from tests.factories.world import World, build, build_bureau
from tests.rest_contract.roles import ROLES, Asking, asking, watching
from tests.rules.samples import Samples

EXAMPLES = int(os.environ.get("XIAOAN_CONTRACT_EXAMPLES", "1"))
FEW = 5
"""Up to here examples are the same every time."""
ORDER = ("get", "post", "put", "patch", "delete")
"""What ends things comes last, so that there is something to ask about."""
WIDE = ("office", "safety officer of a school")
"""Between them they may do everything in a district: in the short run only these send what is wrong."""
MODES = {"right": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.missing_required_header,
    checks.negative_data_rejection,
]
REFUSING = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428", "429"]
"""A wrong request is refused with any of these: who asks, and about what, is looked at before what it says."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(max(900, 300 * EXAMPLES)),
    # The generator's client reads a file that is sent and leaves it open; a server closes it.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def open_app(settings: Settings) -> Flask:
    """Without budgets: a thousand requests a minute are the point here."""
    from core.app import create_app

    return create_app(replace(settings, rate_factor=0), clock=APP_CLOCK)


@pytest.fixture(scope="module")
def schema(open_app: Flask) -> Any:
    load_all_checks()
    config = SchemathesisConfig(
        projects=ProjectsConfig(default=ProjectConfig(generation=GenerationConfig(with_security_parameters=False)))
    )
    found = config.projects.default
    found.checks.negative_data_rejection.expected_statuses = REFUSING
    found.checks.missing_required_header.expected_statuses = REFUSING
    return schemathesis.openapi.from_wsgi("/api/openapi.json", open_app, config=config)


@pytest.fixture
def district(engines: Database) -> World:
    APP_CLOCK.at = NOW
    engines.clock = FixedClock(NOW)
    return build(engines)


@pytest.fixture
def samples(open_app: Flask, engines: Database, district: World) -> Samples:
    found = Samples(district, open_app.test_client(), "金丝雀", build_bureau(engines))
    found.make_all()
    return found


def operations(schema: Any) -> Iterator[Any]:
    found = [result.ok() for result in schema.get_all_operations()]
    return iter(sorted(found, key=lambda one: (ORDER.index(one.method), one.path)))


@pytest.mark.parametrize("role", ROLES)
def test_operations_when_asked_by_role_then_answered_as_described(
    schema: Any, engines: Database, district: World, samples: Samples, role: str
) -> None:
    who = asking(role, district, lambda: watching(engines, district, slug=f"contract-{uuid4().hex[:8]}"))
    faults: list[str] = []
    answered: dict[int, int] = {}
    begun = time.monotonic()
    for operation in operations(schema):
        for kind, mode in MODES.items():
            if kind == "wrong" and role not in WIDE and EXAMPLES <= FEW:
                continue
            faults += _tried(operation, mode, who, samples, answered, f"{role}, {kind}")
    print(role, dict(sorted(answered.items())), f"{time.monotonic() - begun:.0f} s")
    assert not faults, f"{len(faults)} faults\n" + "\n\n".join(faults)
    assert answered.get(200, 0) > (8 if role == "bureau" else 20), f"hardly anything was answered: {answered}"


def _tried(
    operation: Any, mode: GenerationMode, who: Asking, samples: Samples, answered: dict[int, int], why: str
) -> list[str]:
    """At most one fault for each message. Side effects: whatever the operation does, in this test's own district."""
    known = {one.name: _sample(samples, one.name) for one in operation.path_parameters}
    found: dict[str, str] = {}
    chance = random.Random(f"{operation.label} {mode} {EXAMPLES}")
    for case in _cases(operation, mode):
        if mode is GenerationMode.POSITIVE and chance.random() < 0.8:
            case.path_parameters = {**(case.path_parameters or {}), **{name: v for name, v in known.items() if v}}
            if "If-Match" in (case.headers or {}):
                case.headers["If-Match"] = chance.choice(('"1"', '"1"', '"2"'))
        answer = case.call(headers=who.headers())
        if answer.status_code == 401:
            who.refresh()
        answered[answer.status_code] = answered.get(answer.status_code, 0) + 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for fault in group.exceptions:
                words = f"{fault.title}: {fault.message}"[:600]
                found.setdefault(
                    f"{fault.title} {answer.status_code}",
                    f"{operation.label} ({why}) answered {answer.status_code}: {words}\n  {case.as_curl_command()[:800]}"
                    f"\n  {answer.text[:300]}",
                )
    return list(found.values())


_DRAWN: dict[tuple[str, GenerationMode], list[Any]] = {}


def _cases(operation: Any, mode: GenerationMode) -> list[Any]:
    """What is asked of an operation. While it does not depend on chance it is the same for every role, and drawn once."""
    key = operation.label, mode
    if key not in _DRAWN or EXAMPLES > FEW:
        _DRAWN[key] = _draw(operation, mode)
    return _DRAWN[key]


def _draw(operation: Any, mode: GenerationMode) -> list[Any]:
    drawn: list[Any] = []

    def keep(case: Any) -> None:
        drawn.append(case)

    wanted = settings(
        max_examples=EXAMPLES, derandomize=EXAMPLES <= FEW, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        wanted(given(operation.as_strategy(generation_mode=mode))(keep))()
    except Exception as fault:
        if type(fault).__name__ not in ("Unsatisfiable", "SkipTest"):  # nothing in it can be wrong
            raise
    return drawn


def _sample(samples: Samples, name: str) -> str | None:
    try:
        return samples[name]
    except KeyError:
        return None


def test_paths_when_asked_with_another_method_then_405_says_which_are_allowed(
    schema: Any, open_app: Flask, samples: Samples
) -> None:
    client, head = open_app.test_client(), samples.world.headers("head")
    faults = []
    for path, methods in schema.raw_schema["paths"].items():
        address = path
        for name in (part.split("}")[0] for part in path.split("{")[1:]):
            address = address.replace(f"{{{name}}}", _sample(samples, name) or str(uuid4()))
        for method in {"get", "post", "put", "patch", "delete", "trace"} - set(methods):
            answer = client.open(address, method=method.upper(), headers=head)
            allowed = {one.strip().lower() for one in answer.headers.get("Allow", "").split(",")}
            if answer.status_code != 405 or not set(methods) - {"parameters"} <= allowed:
                faults.append(f"{method.upper()} {path}: {answer.status_code} {sorted(allowed)}")
    assert faults == []


@pytest.mark.parametrize("disposition", ["form-data", "form-data; filename=a.txt", 'form-data; name="a\x1a"; name*=x'])
def test_form_when_a_part_bears_no_name_then_refused(open_app: Flask, district: World, disposition: str) -> None:
    """Found by the generated requests: such a part is given to us as None."""
    body = f"--x\r\nContent-Disposition: {disposition}\r\n\r\n1\r\n--x--\r\n"
    headers = {**district.headers("safety_a"), "Idempotency-Key": str(uuid4())}
    answer = open_app.test_client().post(
        "/api/v1/files", data=body.encode(), headers=headers, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 422, answer.get_data(as_text=True)
