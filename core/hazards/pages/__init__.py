"""Pages of the hazards: ledger, detail with its moves, 随手拍, paper twin, export."""

from core.hazards.pages.blueprint import bp

from core.hazards.pages import acts, detail, export, ledger, new  # isort: skip  # they hang their routes on bp

__all__ = ["acts", "bp", "detail", "export", "ledger", "new"]
