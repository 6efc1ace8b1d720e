"""The flat form of a move (``plan.funds``, ``facts.grade`` …) as the nested entry that REST takes too."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from marshmallow import ValidationError

from core.hazards.lifecycle import Entry
from core.hazards.schemas import EntrySchema, entry_of
from core.http.words import in_words
from core.kernel.clock import parse_instant
from core.kernel.errors import Invalid
from core.tenancy.packs.model.lifecycle import Lifecycle, PartKind

INSTANTS = ("found_at", "done_at")


def posted_entry(life: Lifecycle) -> Entry:
    """Raises Invalid, each fault under the name of its form field."""
    faults: dict[str, str] = {}
    payload = _payload(life, {name: text.strip() for name, text in request.form.items()}, faults)
    try:
        loaded: dict[str, Any] = EntrySchema().load(payload)
    except ValidationError as fault:
        messages: dict[str, Any] = fault.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow's own
        raise Invalid(fields=faults | _flat(messages)) from fault
    if faults:
        raise Invalid(fields=faults)
    return entry_of(loaded)


def _payload(life: Lifecycle, form: Mapping[str, str], faults: dict[str, str]) -> dict[str, Any]:
    payload: dict[str, Any] = {"facts": {}, "plan": {}}
    for name, text in form.items():
        group, _, rest = name.partition(".")
        if not text:
            continue
        if group == "facts":
            payload["facts"][rest] = _instant(name, text, faults) if rest in INSTANTS else text
        elif group == "plan":
            _part(life, payload["plan"], name, rest, text, faults)
        elif group == "verification":
            payload.setdefault("verification", {})[rest] = text == "yes" if rest == "gone" else text
        elif name in ("ground", "deadline_class", "reason", "note", "report_to", "control_until"):
            payload[name] = text
    if payload.get("verification", {}).get("gone") is None:
        payload.pop("verification", None)
    payload["facts"] = {name: value for name, value in payload["facts"].items() if value is not None}
    return payload


def _part(life: Lifecycle, plan: dict[str, Any], name: str, rest: str, text: str, faults: dict[str, str]) -> None:
    """``plan.funds`` is the value, ``plan.funds.label`` a name by hand, ``plan.funds.waived`` why it is not needed."""
    code, _, what = rest.partition(".")
    part = next((own for own in life.parts if own.code == code), None)
    if part is None:
        return
    held = plan.setdefault(code, {})
    if what in ("label", "waived"):
        held[what] = text
    elif part.kind is PartKind.MONEY:
        held["value"] = _fen(name, text, faults)
    else:
        held["value"] = text


def _fen(name: str, text: str, faults: dict[str, str]) -> int | None:
    try:
        fen = Decimal(text.replace(",", "").replace("，", "").removesuffix("元")) * 100
    except InvalidOperation:
        faults[name] = "请填写金额，如 1200.50"
        return None
    if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) >= 10**13:
        faults[name] = "金额最多两位小数"
        return None
    return int(fen)


def _instant(name: str, text: str, faults: dict[str, str]) -> str | None:
    try:
        return parse_instant(text).isoformat()
    except ValueError:
        faults[name] = "请填写时间，如 2020-09-01 10:00"
        return None


def _flat(messages: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, inner in messages.items():
        if isinstance(inner, dict):
            step = prefix if name in ("value", "_schema") else f"{prefix}{name}."
            found |= _flat(inner, step)
        else:
            texts = inner if isinstance(inner, list) else [inner]
            found[(prefix + name).removesuffix(".value")] = "；".join(in_words(str(text)) for text in texts)
    return found
