"""The cookies: the session (never readable by scripts), the district last chosen, the language."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.wrappers import Response

from core.identity import keys
from core.identity.services.sessions import ABSOLUTE

DISTRICT, LANGUAGE = "district", "lang"
YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Names:
    """``__Host-`` binds the cookie to this host and to https; browsers refuse it over http, hence the plain name there."""

    secure: bool

    @property
    def session(self) -> str:
        return "__Host-xiaoan" if self.secure else "xiaoan"

    def keep_session(self, response: Response, tenant_id: int, secret: str) -> None:
        response.set_cookie(
            self.session, keys.pack(tenant_id, secret), max_age=int(ABSOLUTE.total_seconds()),
            secure=self.secure, httponly=True, samesite="Lax", path="/",
        )  # fmt: skip

    def drop_session(self, response: Response) -> None:
        response.delete_cookie(self.session, secure=self.secure, httponly=True, samesite="Lax", path="/")

    def keep(self, response: Response, name: str, value: str) -> None:
        """A preference, no secret."""
        response.set_cookie(name, value, max_age=YEAR_S, secure=self.secure, httponly=True, samesite="Lax", path="/")
