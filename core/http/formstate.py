"""A form that is shown again: what was typed and what is wrong with it. The loading itself stands in core.http.forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import Schema

from core.http import forms
from core.http.context import current
from core.http.problems import STATUS
from core.http.words import said
from core.kernel.errors import Invalid, XiaoanError


@dataclass
class Form:
    """For the template: ``values`` as typed, ``errors`` by field, ``message`` for what concerns no single field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200

    def value(self, name: str, default: Any = "") -> Any:
        return self.values.get(name, default)

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    def refuse(self, fault: XiaoanError) -> Form:
        """The same form with what is wrong. The caller has rolled back, or wrote nothing."""
        text = said(fault.phrase)
        words = {name: said(right) for name, right in fault.fields.items()}
        status = next(STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS)
        return Form(self.values, words, "" if words and isinstance(fault, Invalid) else text, status)


def read(schema: type[Schema]) -> tuple[dict[str, Any] | None, Form]:
    """(loaded values, form); the values are None where something is wrong, and the form says what."""
    values = {name: sent if len(sent) > 1 else sent[0] for name, sent in request.form.lists() if name != "csrf_token"}
    state = Form(values)
    try:
        return forms.form(schema), state
    except Invalid as fault:
        return None, state.refuse(fault)


def roll_back() -> None:
    """Nothing half-written stays when a form is shown again."""
    current().session.rollback()
