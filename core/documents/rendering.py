"""Fills a Word template. A template may come from a district, so it runs in a sandbox and a misspelt name is an error."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from zipfile import BadZipFile

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.documents.words import FILTERS
from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase, as_printed


def render(template: bytes, values: Mapping[str, Any]) -> bytes:
    """A docx from a docx with ``{{ names }}``; ``values`` are plain data (texts, numbers, dates, lists, dicts).

    Whatever a value holds stays text: markup in it is escaped. Raises Invalid for a template that asks for a name that is
    not there, reaches for what it must not, or is no Word file.
    """
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.filters.update(FILTERS)
    try:
        document = DocxTemplate(io.BytesIO(template))
        with as_printed():
            document.render(dict(values), jinja_env=environment, autoescape=True)
    except (SecurityError, OverflowError) as fault:  # OverflowError: a range that the sandbox will not count out
        raise Invalid(fields={"template": "文书模板里有不允许的内容"}) from fault
    except TemplateError as fault:
        raise Invalid(fields={"template": Phrase("文书模板有误：%(fault)s", fault=str(fault))}) from fault
    except (BadZipFile, KeyError, ValueError) as fault:
        raise Invalid(fields={"template": "这不是有效的Word模板"}) from fault
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
