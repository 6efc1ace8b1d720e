"""The little that is written: units' own numbers, calendar feeds."""

from core.obligations.services.feeds import make_feed, revoke_feed
from core.obligations.services.numbers import set_number

__all__ = ["make_feed", "revoke_feed", "set_number"]
