"""Reads of identity."""

from core.identity.queries.links import LinkedAccount, linked_tenants, mutual_link
from core.identity.queries.own import OwnSession, OwnToken, own_sessions, own_tokens
from core.identity.queries.people import PersonCard, people_called, person_by_login, person_card, person_cards
from core.identity.queries.proofs import Proof, session_proof, token_proof

__all__ = [
    "LinkedAccount", "OwnSession", "OwnToken", "PersonCard", "Proof", "linked_tenants", "mutual_link", "own_sessions",
    "own_tokens", "people_called", "person_by_login", "person_card", "person_cards", "session_proof", "token_proof",
]  # fmt: skip
