"""Idempotency-Key: sent twice, done once; nobody gets another's answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from core.http.idempotency import KEPT_FOR, prune
from core.http.models import IdempotencyKey
from core.http.runtime import KEY
from core.http.shares import Shares
from core.identity import keys
from core.identity.models import ApiToken
from core.identity.services.tokens import create_token
from core.tenancy.models import PackOverride
from tests.core.http.conftest import ADMINISTER, READ, Site
from tests.factories.world import World

URL = "/api/v1/notes"


def send(site: Site, key: str, text: str = "一", *, who: str = "head", url: str = URL) -> Any:
    return site.client().post(url, json={"text": text}, headers=site.headers(who, **{"Idempotency-Key": key}))


def together(count: int, act: Any) -> list[Any]:
    """``act(n)`` in ``count`` threads that start at the same moment."""
    start = threading.Barrier(count)

    def run(number: int) -> Any:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def wide(site: Site) -> Iterator[Site]:
    """Lets twenty requests of one tenant through at once, whoever else asks: here they are to meet each other."""
    runtime = site.app.extensions[KEY]
    before, runtime.shares = runtime.shares, Shares(at_once=20, share=20, most=20)
    yield site
    runtime.shares = before


@pytest.mark.usefixtures("wide")
def test_twenty_identical_posts_at_once_make_one_row_and_twenty_equal_answers(site: Site) -> None:
    answers = together(20, lambda _: send(site, "one-key"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sorted(answer.headers.get("Idempotency-Replayed", "") for answer in answers) == [""] + ["true"] * 19
    assert site.notes() == ["一"]


@pytest.mark.usefixtures("wide")
def test_twenty_writes_with_one_etag_let_exactly_one_through(site: Site) -> None:
    path = send(site, "k").get_json()["path"]
    seen = site.client().get(f"{URL}/{path}", headers=site.headers("head"))
    tag = seen.headers["ETag"]

    def write(number: int) -> int:
        answer = site.client().put(
            f"{URL}/{path}", json={"text": f"第{number}"}, headers=site.headers("head", **{"If-Match": tag})
        )
        return int(answer.status_code)

    codes = together(20, write)
    assert sorted(codes) == [200] + [412] * 19
    assert site.notes() == [f"第{codes.index(200)}"]
    after = site.client().get(f"{URL}/{path}", headers=site.headers("head"))
    assert after.headers["ETag"] == '"2"'


def test_key_is_missing_then_refused_and_too_long_too(site: Site) -> None:
    assert site.client().post(URL, json={"text": "一"}, headers=site.headers("head")).status_code == 422
    assert send(site, "k" * 201).status_code == 422
    assert site.notes() == []


def test_same_key_other_body_or_other_query_is_refused(site: Site) -> None:
    assert send(site, "k").status_code == 201
    assert send(site, "k", "二").status_code == 422
    assert send(site, "k", url=f"{URL}?dry=1").status_code == 422
    assert site.notes() == ["一"]


def test_key_of_another_person_or_tenant_or_operation_is_another_key(site: Site, neighbour: World) -> None:
    first = send(site, "k")
    second = send(site, "k", who="leader")
    other = send(Site(site.app, neighbour), "k")
    elsewhere = send(site, "k", url=f"{URL}/administered")
    assert len({answer.get_json()["path"] for answer in (first, second, other, elsewhere)}) == 4
    assert not any("Idempotency-Replayed" in answer.headers for answer in (first, second, other, elsewhere))


def test_answer_of_a_wide_token_is_not_replayed_to_a_narrow_one_of_the_same_person(site: Site) -> None:
    with site.world.session() as session:
        narrow = create_token(
            session, actor=site.world.system, person_id=site.world.people["head"], name="窄", permissions=[READ], days=1
        ).value
    wide = send(site, "k")
    answer = site.client().post(
        URL, json={"text": "一"}, headers={"Authorization": f"Bearer {narrow}", "Idempotency-Key": "k"}
    )
    assert "Idempotency-Replayed" not in answer.headers and answer.get_json()["path"] != wide.get_json()["path"]


def test_permission_lost_since_then_no_replay(site: Site) -> None:
    url = f"{URL}/administered"
    assert send(site, "k", url=url).status_code == 201
    with site.world.session() as session:
        session.execute(
            update(ApiToken).where(ApiToken.person_id == site.world.people["head"]).values(permissions=[READ])
        )
    refused = send(site, "k", url=url)
    assert refused.status_code == 403 and b"path" not in refused.data
    assert refused.get_json()["fields"] == {"permission": ADMINISTER}
    assert "Idempotency-Replayed" not in refused.headers


def test_refused_form_keeps_neither_rows_nor_key_however_the_page_refuses(site: Site) -> None:
    browser, token = site.browser("head")
    for how in ("rolled back", "forgotten", "raised"):
        data = {"csrf_token": token, "idempotency_key": f"k {how}", "text": how, "how": how}
        assert browser.post("/pages", data=data).status_code == 422
        assert browser.post("/pages", data=data).status_code == 422, how
        good = browser.post("/pages", data={**data, "how": "", "text": f"好 {how}"})
        assert good.status_code == 201
    assert sorted(site.notes()) == ["好 forgotten", "好 raised", "好 rolled back"]


def test_form_sent_twice_is_done_once(site: Site) -> None:
    browser, token = site.browser("head")
    data = {"csrf_token": token, "idempotency_key": "k", "text": "一"}
    assert browser.post("/pages", data=data).data == browser.post("/pages", data=data).data
    assert site.notes() == ["一"]


def test_first_request_still_running_then_conflict_says_when_to_try_again(site: Site) -> None:
    row = {
        "actor": f"token:{site.world.people['head']}:{_token_id(site)}", "operation": f"POST {URL}", "key": "k", "request_hash": b"",
        "created_at": site.world.db.clock.now(),
    }  # fmt: skip
    with site.world.session() as first:
        first.add(IdempotencyKey(**row))
        first.flush()
        busy = send(site, "k")
        first.rollback()
    assert (busy.status_code, busy.headers.get("Retry-After"), busy.get_json()["code"]) == (409, "1", "still_running")
    assert send(site, "k").status_code == 201


def _token_id(site: Site) -> str:
    found = keys.unpack(site.world.tokens["head"], mark="xa")
    assert found is not None
    return keys.digest(found[1]).hex()


def test_lock_timeout_of_the_claim_does_not_outlive_it(site: Site) -> None:
    """A slow lock in the handler itself must not be taken for a repeated request."""
    browser, token = site.browser("head")
    answer = browser.post("/pages", data={"csrf_token": token, "idempotency_key": "k", "text": "一", "how": "timeout"})
    assert answer.get_data(as_text=True) == "0"


def test_old_keys_are_pruned_and_young_ones_stay(site: Site) -> None:
    send(site, "old")
    with site.world.session() as session:
        session.execute(update(IdempotencyKey).values(created_at=session.now() - KEPT_FOR * 2))
    send(site, "young")
    with site.world.session() as session:
        assert prune(session) == 1
        assert session.scalars(select(IdempotencyKey.key)).all() == ["young"]
        session.execute(delete(PackOverride))
