"""Loads what a page was sent through the same schemas as REST, and says what is wrong in words a person can act on."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from core.http.days import refuse_far_days
from core.http.words import in_words, said
from core.kernel.errors import Invalid


def form(schema: type[Schema]) -> dict[str, Any]:
    """The posted form. Blank means not given; fields of the frame (csrf_token, version) are left out. Raises Invalid."""
    return loaded(schema(unknown=EXCLUDE), request.form)


def query(schema: type[Schema]) -> dict[str, Any]:
    """The query of a list. Raises Invalid."""
    return loaded(schema(unknown=EXCLUDE), request.args)


def loaded(schema: Schema, given: Any) -> dict[str, Any]:
    """``given``: a MultiDict. A list field takes all its values, any other the first. Raises Invalid."""
    values: dict[str, Any] = {}
    for name, kind in schema.load_fields.items():
        key = kind.data_key or name
        sent = [text.strip() for text in given.getlist(key) if text.strip()]
        if isinstance(kind, fields.List) and (sent or key in given):
            values[key] = sent
        elif sent:
            values[key] = sent[0]
        elif isinstance(kind, fields.Boolean):
            values[key] = False  # an unticked box sends nothing
        elif key in given and kind.allow_none:
            values[key] = None  # emptied on purpose
    try:
        result: dict[str, Any] = schema.load(values)
    except ValidationError as fault:
        raise Invalid(fields=_joined(fault.messages_dict)) from fault
    refuse_far_days(result)
    return result


def _joined(messages: dict[str, Any]) -> dict[str, str]:
    return {name: "；".join(said(in_words(text)) for text in _texts(found)) for name, found in messages.items()}


def _texts(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [text for inner in found.values() for text in _texts(inner)]
    return [str(text) for text in found] if isinstance(found, list) else [str(found)]
