"""Pages of the official papers: /papers."""

from core.papers.pages import papers, templates
from core.papers.pages.blueprint import bp

__all__ = ["bp", "papers", "templates"]
