"""A register as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.access.actor import Coverage
from core.hooks.tables import ExportKind, Question, TableWork
from core.http import forms
from core.http.words import said
from core.kernel.errors import Invalid
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.queries.cards import EntryCard
from core.registers.queries.entries import EntryFilter, counted, entry_rows, filter_of
from core.registers.queries.history import FILES
from core.registers.schemas import args_schema
from core.registers.tables.columns import columns_of, kind_slug
from core.tables.columns import Column, Type
from core.tenancy.packs.model import FieldKind

REFERENCES = (FieldKind.UNIT, FieldKind.PERSON, FieldKind.ENTRY)


class Asked(dict[str, list[str]]):
    """A question as a schema reads a query string."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


class RegisterExport(ExportKind):
    """One register. Personal fields go out to those who keep it only, of the units for which they do."""

    def __init__(self, registers: Registers, register: Register) -> None:
        self.registers, self.register = registers, register
        self.slug, self.title, self.permission = kind_slug(register), register.title, register.read
        schema = args_schema(register)()
        names = [field.data_key or name for name, field in schema.load_fields.items()]
        self.filters = tuple(name for name in names if name not in ("page", "page_size", "sort"))

    def columns(self, work: TableWork) -> Sequence[Column]:
        taken = self.register.files
        more = () if taken is None else (Column(FILES, taken.label, Type.FILES, width=10),)
        return (*columns_of(self.register, personal=self._personal(work)), *more)

    def said(self, work: TableWork, question: Question) -> str:
        asked = self._asked(work, question)
        labels = {own.code: said(own.label) for own in self.register.all_fields}
        words = [f"{said('内容')} {asked.text}"] if asked.text else []
        words += [f"{labels[code]} {self._word(code, value)}" for code, value in asked.where.items()]
        words += [f"{labels[code]} {first or ''}—{last or ''}" for code, (first, last) in asked.between.items()]
        for name, meanings in (
            (asked.due, {"overdue": "已过期", "soon": "30天内到期", "far": "31至90天到期", "unknown": "日期未登记"}),
            (asked.state if asked.state != "in_use" else None, {"retired": "已停用", "all": "含已停用"}),
        ):
            words += [said(meanings[name])] if name else []
        return "；".join(words)

    def count(self, work: TableWork, question: Question) -> int:
        return counted(work.session, self.register, self._reach(work), self._asked(work, question))

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        codes = [column.name for column in self.columns(work)][1:]
        asked = self._asked(work, question)
        for card in entry_rows(work.session, self.registers, self.register, self._reach(work), asked=asked):
            shown = card.veiled(self.register, asked.keeping)
            yield [card.unit_name, *(self._value(shown, code) for code in codes)]

    def _value(self, card: EntryCard, code: str) -> Any:
        if code == FILES:
            return card.files
        if self.register.by_code[code].kind in REFERENCES:
            return card.words.get(code, "")
        return card.values.get(code)

    def _word(self, code: str, value: Any) -> str:
        own = self.register.by_code[code]
        return next((said(choice.label) for choice in own.choices if choice.code == value), str(value))

    def _asked(self, work: TableWork, question: Question) -> EntryFilter:
        unknown = set(question.values) - set(self.filters)
        if unknown:
            raise Invalid(fields=dict.fromkeys(sorted(unknown), "没有这一项"))
        given = Asked({name: list(values) for name, values in question.values.items()})
        args = forms.loaded(args_schema(self.register)(), given)
        return filter_of(self.register, args, keeping=self.register.keep(work.actor))

    def _reach(self, work: TableWork) -> Coverage:
        return self.register.reach(work.actor)

    def _personal(self, work: TableWork) -> bool:
        return bool(self.register.keep(work.actor))
