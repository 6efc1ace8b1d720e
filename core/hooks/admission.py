"""What a plugin brings must bear its name and collide with nobody's: asked of each before the process is put together.

Knows no web framework: a blueprint is whatever has ``plugin`` and ``url_prefix``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

JOB_MARK = "__xiaoan_job__"
Claim = tuple[str, str]
"""(what it is, its name): nobody else may have the same."""


def claims(answers: Callable[[str], Any], *, slug: str | None) -> Iterator[Claim]:
    """Everything that the owner of these ``register_*`` answers takes for itself. ``slug`` None: a feature of the core.

    Raises ValueError for a plugin's thing that does not bear its name.
    """
    for declared in answers("register_permissions"):
        yield "permission", _named(declared.code, slug, f"{slug}:", "permission")
    for function in answers("register_jobs"):
        kind = getattr(getattr(function, JOB_MARK, None), "kind", None)
        if kind is None:
            raise ValueError(f"register_jobs: {function!r} lacks @job")
        yield "job kind", _named(kind, slug, f"{slug}.", "job kind")
    for audited in answers("register_audited"):
        _named(audited.kind, slug, f"{slug}_", "audited kind")
        for action in audited.actions:
            yield "audited action", _named(action, slug, f"{slug}_", "audited action")
    for kind in answers("register_file_subjects"):
        yield "file subject", _named(kind, slug, f"{slug}_", "file subject")
    for register in answers("register_registers"):
        yield "register", _named(register.slug, slug, f"{slug}_", "register")
    for port in answers("register_ports"):
        yield "port", str(port.name)
    for blueprint in answers("register_blueprints"):
        yield "blueprint", str(blueprint.name)
        if slug is not None:
            _check_blueprint(blueprint, slug)


def collision(mine: Iterable[Claim], taken: set[Claim]) -> str | None:
    """The first thing that somebody else has already, in words."""
    return next((f"{what} {name} is registered by another" for what, name in mine if (what, name) in taken), None)


def _named(name: str, slug: str | None, prefix: str, what: str) -> str:
    if slug is not None and not str(name).startswith(prefix):
        raise ValueError(f"{what} {name} must begin with {prefix}")
    return str(name)


def _check_blueprint(blueprint: Any, slug: str) -> None:
    if getattr(blueprint, "plugin", None) != slug:
        raise ValueError(
            f"blueprint {blueprint.name} must say plugin={slug!r}: its routes would stay open where it is off"
        )
    prefix = f"{blueprint.url_prefix or ''}/"
    if not prefix.startswith((f"/{slug}/", f"/api/v1/{slug}/")):
        raise ValueError(f"blueprint {blueprint.name} must lie under /{slug} or /api/v1/{slug}")
