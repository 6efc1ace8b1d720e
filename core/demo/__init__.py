"""The demo: five districts on their own notices, with invented schools, people and a realistic history.

Everything here is made by patterns from a fixed seed: no school, person, telephone number or address is real.
"""

from core.demo.accounts import Account, accounts
from core.demo.load import LoadFailed, load

__all__ = ["Account", "LoadFailed", "accounts", "load"]
