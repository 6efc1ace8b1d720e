"""How often somebody may ask: an address before anybody is known, then a person and their tenant.

Counted in Redis, so that all processes share the count; while Redis is away each process counts for itself: a limit that
stops working with Redis would be an invitation to take Redis down. What protects passwords is counted in the database
(core.identity.services.lockout). Real time, also while a tenant's clock is shifted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import RedisError

from core.kernel.clock import SystemClock
from core.kernel.errors import TooMany
from core.settings import Settings

log = structlog.get_logger(__name__)
EXTENSION = "xiaoan.limits"
AWAY_S = 5.0
"""How long Redis is left alone after it did not answer."""


@dataclass(frozen=True)
class Budget:
    """What one person, and all people of a tenant together, may do of a kind. Far above what people do by hand."""

    purpose: str
    person: str
    tenant: str


WRITES = Budget("writes", "1200/minute", "12000/minute")
SEARCHES = Budget("searches", "300/minute", "6000/minute")
EXPORTS = Budget("exports", "30/10 minutes", "300/10 minutes")


def install(app: Flask, settings: Settings) -> None:
    app.extensions[EXTENSION] = Counters(
        settings.redis_url, prefix=f"{settings.redis_prefix}:limit", factor=settings.rate_factor
    )


def spend_address(purpose: str, amount: str) -> None:
    """Raises TooMany once this address has used up ``amount``. For doors before which nobody is known."""
    _counters().spend(amount, purpose, "address", request.remote_addr or "unknown")


def spend(budget: Budget, *, tenant_id: int, person: str) -> None:
    """Raises TooMany once the person or the tenant has used up its part."""
    _counters().spend(budget.person, budget.purpose, str(tenant_id), person, scaled=True)
    _counters().spend(budget.tenant, budget.purpose, str(tenant_id), scaled=True)


class Counters:
    """``factor`` multiplies the limits of people and tenants; 0 lifts them. Thread-safe."""

    def __init__(self, redis_url: str, *, prefix: str, factor: int = 1) -> None:
        storage = storage_from_string(redis_url, key_prefix=prefix, socket_connect_timeout=1, socket_timeout=1)
        self._shared = SlidingWindowCounterRateLimiter(storage)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._factor = factor
        self._away_until = 0.0

    def spend(self, amount: str, *key: str, scaled: bool = False) -> None:
        """``amount`` as ``60/minute;600/hour``. Raises TooMany."""
        if scaled and self._factor == 0:
            return
        for item in _items(amount, self._factor if scaled else 1):
            if not self._hit(item, key):
                wait = self._wait(item, key)
                raise TooMany("操作太频繁，请%(seconds)s秒后再试", seconds=wait, retry_after_s=wait)

    def _hit(self, item: RateLimitItem, key: tuple[str, ...]) -> bool:
        if time.monotonic() >= self._away_until:
            try:
                return bool(self._shared.hit(item, *key))
            except RedisError as fault:
                self._away_until = time.monotonic() + AWAY_S
                log.warning("limits are counted by process", fault=type(fault).__name__)
        return bool(self._own.hit(item, *key))

    def _wait(self, item: RateLimitItem, key: tuple[str, ...]) -> int:
        try:
            limiter = self._shared if time.monotonic() >= self._away_until else self._own
            left = limiter.get_window_stats(item, *key).reset_time - SystemClock().now().timestamp()
        except RedisError:
            left = item.get_expiry()
        return max(1, min(int(left) + 1, item.get_expiry()))


@cache
def _items(amount: str, factor: int) -> tuple[RateLimitItem, ...]:
    return tuple(type(item)(item.amount * factor, item.multiples) for item in parse_many(amount))


def _counters() -> Counters:
    found: Counters = current_app.extensions[EXTENSION]
    return found
