from __future__ import annotations

from pathlib import Path

import pytest

from core.access.actor import Grant
from core.identity.permissions import PersonPermission
from core.orgs.queries.grants import EVERYWHERE, exceeds
from core.tenancy.packs.check import load

TENANTS = Path(__file__).parents[3] / "tenants"
SLUGS = sorted(folder.parent.name for folder in TENANTS.glob("*/pack.yaml"))


@pytest.mark.parametrize("slug", SLUGS)
def test_somebody_in_the_district_can_appoint_every_post(slug: str) -> None:
    """Nobody grants what they do not hold, so a pack needs one post that holds all; otherwise only a command could appoint."""
    pack = load(TENANTS / slug)

    def grants(post: str) -> list[Grant]:
        return [Grant(permissions, None) for _, permissions in pack.grants(post)]

    appointers = [
        post.code
        for post in pack.posts
        if any(scope in EVERYWHERE and PersonPermission.ROLE_GRANT in codes for scope, codes in pack.grants(post.code))
    ]
    assert appointers
    assert any(not any(exceeds(grants(boss), grants(post.code)) for post in pack.posts) for boss in appointers)
