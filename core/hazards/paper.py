"""隐患整改单 as a word-processor file: number, QR code to the live record, five elements, timeline, photos.

The template is a file with names in it; it is rendered in a sandbox that knows nothing but the values below, and a name
that is not among them is an error. Knows no web framework.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from PIL import Image

from core.files.queries import FileCard
from core.files.sniff import IMAGES
from core.files.storage import Storage
from core.hazards.lifecycle import CaseState, PartValue
from core.hazards.lifecycle.asks import part_filled, plan_parts
from core.hazards.queries import HazardCard, HazardEventLine
from core.hazards.queries.whereabouts import spot
from core.hazards.tables.words import Words
from core.hazards.telling import part_cell, part_text
from core.kernel.clock import LOCAL
from core.kernel.phrases import Phrase, as_printed
from core.tables.sheet_xml import clean
from core.tenancy.packs.model.lifecycle import EvidenceKind, PartKind

TEMPLATE = Path(__file__).with_name("templates") / "hazards" / "paper.docx"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_PHOTOS = 12
PIXELS = 1200
"""Longest side of a photo on paper; more only makes the file heavy."""
EVIDENCE = {EvidenceKind.BEFORE: "整改前", EvidenceKind.AFTER: "整改后"}


@dataclass(frozen=True)
class Copy:
    """Whose copy it is, and where the live record stands."""

    district: str
    address: str
    by: str
    at: datetime


def paper_of(
    card: HazardCard, state: CaseState, events: Sequence[HazardEventLine], files: Sequence[FileCard], *, words: Words,
    clauses: Iterable[str], copy: Copy, storage: Storage, template: bytes,
) -> bytes:  # fmt: skip
    """``events`` oldest first; ``template``: the district's or the built-in one, see core.hazards.paper_kinds. Reads the photos' bytes from the storage; one that is gone is left out and said so."""
    document = DocxTemplate(io.BytesIO(template))
    pictures = [file for file in files if file.media_type in IMAGES and file.kept]
    context: dict[str, Any] = {
        **_facts(card, words), "parts": parts_of(state, words), "events": [_event(event) for event in events],
        "clauses": [clean(clause) for clause in clauses], "photo_count": len(pictures),
        "photos": [_photo(document, file, storage) for file in pictures[:MOST_PHOTOS]], "qr": _qr(document, copy.address),
        "address": copy.address, "district": clean(copy.district),
        "watermark": str(Phrase("%(name)s　%(time)s 导出", name=copy.by, time=_moment(copy.at))),
    }  # fmt: skip
    with as_printed():
        document.render(context, jinja_env=ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _facts(card: HazardCard, words: Words) -> dict[str, Any]:
    facts: Mapping[str, str | None] = {
        "no": card.no or "待编号", "title": card.title, "description": card.description, "where": card.where,
        "place": spot(card.place, card.school_name), "domain": words.catalogue.title(card.domain),
        "category": words.catalogue.category_title(card.domain, card.category), "grade": words.grade(card.grade, graded=card.graded),
        "source": words.source(card.source), "found_by": card.found_by_name, "found_on": _day(card.found_at),
        "stage": words.stage(card.stage), "due_on": _day(card.due_on), "measure_done": card.measure_done, "done_on": _day(card.done_at),
        "rectified_by": card.rectified_by_name, "reported_to": card.reported_to, "verified_by": card.verified_by_name,
        "verified_on": _day(card.verified_at), "closed_by": card.closed_by_name, "closed_on": _day(card.closed_at),
        "closing": words.pack.lifecycle.closing_word,
    }  # fmt: skip
    return {name: clean(value or "—") for name, value in facts.items()}


def parts_of(state: CaseState, words: Words) -> list[dict[str, str]]:
    """What the plan says, in the order of the pack: label and value, — for what is asked and missing."""
    life = words.pack.lifecycle
    asked = {part.code for part in plan_parts(life, state)}
    return [
        {"label": part.label, "value": clean(_part(part.kind, state.plan[part.code]) if part_filled(part, state) else "—")}
        for part in life.parts
        if part.code in asked or part.code in state.plan
    ]  # fmt: skip


def _part(kind: PartKind, part: PartValue) -> str:
    found = part_cell(kind, part)
    return (_day(found) if isinstance(found, date) else part_text(kind, part)) or ""


def _event(event: HazardEventLine) -> dict[str, str]:
    return {
        "at": _moment(event.at), "action": clean(event.label), "who": clean(f"{event.actor_name} {event.actor_post}".strip()),
        "text": clean(str(event.note or event.data.get("seen") or "")),
    }  # fmt: skip


def _photo(template: Any, file: FileCard, storage: Storage) -> dict[str, Any]:
    kind = EVIDENCE.get(EvidenceKind(file.purpose), "") if file.purpose in set(EvidenceKind) else ""
    words = "　".join(filter(None, (kind, _moment(file.occurred_at or file.uploaded_at), file.name)))
    try:
        with storage.open(file.key) as source, Image.open(source) as picture:
            picture.thumbnail((PIXELS, PIXELS))
            target = io.BytesIO()
            picture.convert("RGB").save(target, "JPEG", quality=80)
    except OSError:
        return {"image": "（照片的内容已丢失）", "words": clean(words)}
    target.seek(0)
    return {"image": InlineImage(template, target, width=Mm(110)), "words": clean(words)}


def _qr(template: Any, address: str) -> Any:
    target = io.BytesIO()
    segno.make(address, error="m", micro=False).save(target, kind="png", scale=6, border=2)
    target.seek(0)
    return InlineImage(template, target, width=Mm(28))


def _day(at: date | datetime | None) -> str | None:
    if at is None:
        return None
    day = at.astimezone(LOCAL).date() if isinstance(at, datetime) else at
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(at: datetime) -> str:
    return f"{_day(at)} {at.astimezone(LOCAL):%H:%M}"


SAMPLE: dict[str, list[Any]] = {
    "parts": [{"label": "整改责任人", "value": "总务主任"}],
    "events": [{"at": "2026年11月21日 09:00", "action": "登记", "who": "安全主任", "text": "已现场核实"}],
    "clauses": ["条款原文"],
    "photos": [{"image": "照片", "words": "整改前　2026年11月21日"}],
}
"""Values by which a template is tried."""
