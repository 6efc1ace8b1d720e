"""Tables of identity: people, sessions, tokens, links between accounts, failed sign-ins."""

from core.identity.models.access import ApiToken, PersonLink, SignInAttempt, UserSession
from core.identity.models.people import Person

__all__ = ["ApiToken", "Person", "PersonLink", "SignInAttempt", "UserSession"]
