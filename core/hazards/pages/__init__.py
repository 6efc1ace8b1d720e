"""Pages of the hazards: ledger, detail with its moves, 随手拍, paper twin."""

from core.hazards.pages.blueprint import bp

from core.hazards.pages import acts, detail, extensions, kept, ledger, new, supervising  # isort: skip  # they hang their routes on bp

__all__ = ["acts", "bp", "detail", "extensions", "kept", "ledger", "new", "supervising"]
