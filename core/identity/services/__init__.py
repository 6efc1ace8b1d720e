"""Writes of identity. Whether an actor may reach a person depends on posts: core.orgs.services.staff decides that first."""

from core.identity.services.credentials import change_password, issue_one_time_password
from core.identity.services.links import agree_link, break_link
from core.identity.services.people import create_person, disable_person, enable_person, update_person
from core.identity.services.sessions import end_session, end_sessions, open_session
from core.identity.services.sign_in import Denied, SignedIn, prove_own_password, prove_password, sign_in
from core.identity.services.tokens import create_token, revoke_token

__all__ = [
    "Denied", "SignedIn", "agree_link", "break_link", "change_password", "create_person", "create_token", "disable_person",
    "enable_person", "end_session", "end_sessions", "issue_one_time_password", "open_session", "prove_own_password", "prove_password",
    "revoke_token", "sign_in", "update_person",
]  # fmt: skip
