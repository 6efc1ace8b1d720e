"""Pages of the obligations: calendar, list, district view, one duty, own numbers, feeds."""

from core.obligations.pages.blueprint import bp

from core.obligations.pages import calendar, feeds, lists, numbers  # isort: skip  # they hang their routes on bp

__all__ = ["bp", "calendar", "feeds", "lists", "numbers"]
