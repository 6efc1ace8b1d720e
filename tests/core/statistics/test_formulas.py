"""Formulas agree with Python's own arithmetic, and take nothing but arithmetic."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.formulas import FormulaFault, formula, renamed

NAMES = ("a", "b1", "c_2", "d.running")
VALUES = st.fixed_dictionaries({name: st.none() | st.integers(-(10**6), 10**6) for name in NAMES})


def written(depth: int) -> st.SearchStrategy[str]:
    """Texts of formulas, brackets only where the writer felt like it."""
    atom = st.sampled_from(NAMES) | st.integers(0, 10**6).map(str)
    if depth == 0:
        return atom
    inner = written(depth - 1)
    two = st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join)
    return (
        atom
        | two
        | inner.map(lambda text: f"( {text} )")
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"sum({', '.join(parts)})")
    )


class Oracle:
    """A number that Python's own expressions calculate with; None spreads, a division by zero is None."""

    def __init__(self, value: Fraction | None) -> None:
        self.value = value

    def _two(self, other: Oracle, sign: str) -> Oracle:
        if self.value is None or other.value is None or (sign == "/" and other.value == 0):
            return Oracle(None)
        left, right = self.value, other.value
        return Oracle({"+": left + right, "-": left - right, "*": left * right}[sign] if sign != "/" else left / right)

    def __add__(self, other: Oracle) -> Oracle:
        return self._two(other, "+")

    def __sub__(self, other: Oracle) -> Oracle:
        return self._two(other, "-")

    def __mul__(self, other: Oracle) -> Oracle:
        return self._two(other, "*")

    def __truediv__(self, other: Oracle) -> Oracle:
        return self._two(other, "/")


def summed(*parts: Oracle) -> Oracle:
    found = [part.value for part in parts if part.value is not None]
    return Oracle(sum(found, Fraction(0)) if found else None)


@given(written(4), VALUES)
def test_value_when_python_calculates_the_same_then_they_agree(text: str, values: dict[str, int | None]) -> None:
    read = formula(text)
    told = {
        name.replace(".", "_"): Oracle(None if value is None else Fraction(value)) for name, value in values.items()
    }
    python = text.replace("d.running", "d_running").replace("sum(", "summed(")
    # digits become numbers of the oracle; the text is the test's own, never a pack's
    tokens = [f"N({word})" if word.isdigit() else word for word in _tokens(python)]
    names = {**told, "summed": summed, "N": lambda number: Oracle(Fraction(number))}
    expected = eval(" ".join(tokens), {"__builtins__": {}}, names).value
    assert read.value(values) == expected


def _tokens(text: str) -> list[str]:
    for sign in "(),":
        text = text.replace(sign, f" {sign} ")
    return text.split()


@given(written(3), VALUES)
def test_names_when_renamed_then_the_value_is_that_of_the_others(text: str, values: dict[str, int | None]) -> None:
    other = renamed(text, {name: f"{name}.x" for name in NAMES})
    assert formula(other).value({f"{name}.x": value for name, value in values.items()}) == formula(text).value(values)


@given(st.text(max_size=30))
def test_formula_when_it_is_any_text_then_it_is_read_or_refused_in_words(text: str) -> None:
    with suppress(FormulaFault):  # anything else that is raised fails the test
        formula(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "c1 +", "(c1", "c1)", "c1 c2", "1.5", "c1 ** 2", "__import__('os')", "c1.__class__()", "max(c1, c2)", "sum()",
        "sum c1", "c1 / / c2", "-c1", "c1; c2", "c1 if c2 else c3", "((((((((((((((((((((((c1))))))))))))))))))))))", "1" * 500,
    ],
)  # fmt: skip
def test_formula_when_it_is_more_than_arithmetic_then_refused(text: str) -> None:
    with pytest.raises(FormulaFault):
        formula(text)


def test_ratio_when_the_last_step_divides_then_part_and_whole() -> None:
    values = {"c11": 3, "c15": 1, "c9": 5, "c13": 0}
    assert formula("(c11 + c15) / (c9 + c13)").ratio(values) == (Fraction(4), Fraction(5))
    assert formula("c11 / c13").ratio(values) == (Fraction(3), Fraction(0))
    assert formula("c11 / c13").value(values) is None
    assert formula("c11 / c9 + c15").ratio(values) is None
