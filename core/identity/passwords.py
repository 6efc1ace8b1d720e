"""Passwords: argon2id with a cap on how many are hashed at once, rules without composition games, one-time passwords."""

from __future__ import annotations

import functools
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.kernel.errors import Invalid, Unavailable

SHORTEST, LONGEST = 12, 128
AT_ONCE = 4
"""Hashes at the same time in one process: each takes 64 MiB and a core for 0.1 s."""
WAIT_S = 5.0
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    with _turn():
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """``stored`` None (no such login, no password yet): takes the same time and is False."""
    with _turn():
        try:
            _hasher.verify(stored or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether it was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def one_time() -> str:
    """Easy to read out and to type: four groups of four, without look-alike characters; 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def check(password: str, *, login: str, name: str, field: str = "password") -> None:
    """Raises Invalid with what would be right."""
    fault = _fault(password, login.lower(), name.lower())
    if fault:
        raise Invalid("密码不符合要求", fields={field: fault})


def _fault(password: str, login: str, name: str) -> str | None:
    plain = password.lower()
    if len(password) < SHORTEST:
        return "至少12个字符，可以用几个词连成一句"
    if len(password) > LONGEST:
        return "不超过128个字符"
    if (len(login) >= 3 and login in plain) or (len(name) >= 2 and name in plain):
        return "不能包含登录名或姓名"
    if plain in _common() or len(set(plain)) < 5 or _is_run(plain):
        return "这个密码太常见，请换一个别人猜不到的"
    return None


def _is_run(plain: str) -> bool:
    """A row of the keyboard or of the alphabet, forwards or backwards, perhaps repeated: 123456789012, qwertyuiop[]."""
    rows = (
        "01234567890123456789",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
    )
    return any(plain in long or plain in long[::-1] for row in rows for long in (row * 4,))


@functools.cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())


@functools.cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_S):
        raise Unavailable("登录的人太多，请稍候再试")
    try:
        yield
    finally:
        _turns.release()
