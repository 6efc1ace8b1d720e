from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.identity import passwords
from core.identity.models import Person, UserSession
from core.identity.services import (
    Denied,
    SignedIn,
    change_password,
    disable_person,
    issue_one_time_password,
    lockout,
    sign_in,
)
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid, Refused
from tests.factories.world import PASSWORD, World

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


def attempt(world: World, login: str = "head", password: str = PASSWORD, ip: str = HERE) -> SignedIn | Denied:
    """One request: a transaction of its own, committed also when refused."""
    with world.session() as session:
        return sign_in(session, login=login, password=password, ip=ip, user_agent="test")


def test_right_password_opens_a_session_of_which_only_the_hash_is_kept(world: World) -> None:
    signed = attempt(world, " HEAD ")
    assert isinstance(signed, SignedIn)
    with world.session() as session:
        (row,) = session.scalars(select(UserSession)).all()
        assert row.person_id == world.people["head"]
        assert signed.secret.encode() not in row.id_hash


def test_lockout_survives_and_refuses_the_right_password_meanwhile(world: World, clock: FixedClock) -> None:
    for _ in range(5):
        assert isinstance(attempt(world, password="wrong wrong wrong"), Denied)
    locked = attempt(world)
    assert isinstance(locked, Denied)
    assert locked.retry_after_s == 31
    assert isinstance(attempt(world, ip=ELSEWHERE), SignedIn), "another address is not locked out"
    clock.advance(timedelta(seconds=31))
    assert isinstance(attempt(world, password="wrong wrong wrong"), Denied)
    again = attempt(world)
    assert isinstance(again, Denied)
    assert again.retry_after_s == 61, "the wait doubles"
    clock.advance(timedelta(seconds=61))
    assert isinstance(attempt(world), SignedIn)
    assert isinstance(attempt(world, password="wrong wrong wrong"), Denied)
    assert isinstance(attempt(world), SignedIn), "the right password cleared the count"


def test_wait_grows_to_a_quarter_of_an_hour_and_no_further() -> None:
    waits = [lockout.PER_LOGIN_AND_ADDRESS.wait(failures) for failures in (4, 5, 9, 10, 1000)]
    assert waits == [
        timedelta(),
        timedelta(seconds=30),
        timedelta(minutes=8),
        timedelta(minutes=15),
        timedelta(minutes=15),
    ]


def test_unknown_disabled_and_passwordless_logins_are_refused_alike(world: World) -> None:
    with world.session() as session:
        disable_person(session, actor=world.system, person_id=world.people["officer"])
        session.get_one(Person, (world.tenant.id, world.people["leader"])).password_hash = None
    answers = {attempt(world, login) for login in ("officer", "leader", "no.such.login")}
    assert answers == {Denied()}
    for _ in range(4):
        attempt(world, "no.such.login")
    assert attempt(world, "no.such.login") == Denied(retry_after_s=31), "a lock must not tell who exists"


def test_neighbour_has_counts_of_its_own(world: World, neighbour: World) -> None:
    for _ in range(5):
        attempt(world, password="wrong wrong wrong")
    assert isinstance(attempt(neighbour), SignedIn)


def test_many_addresses_slow_each_other_down_for_a_minute_at_most(world: World, clock: FixedClock) -> None:
    with world.session() as session:
        for number in range(40):
            lockout.count_failure(session, login="head", ip=f"10.1.0.{number}")
    denied = attempt(world, ip="10.2.0.1")
    assert isinstance(denied, Denied)
    assert 0 < (denied.retry_after_s or 0) <= 61
    clock.advance(timedelta(minutes=1, seconds=1))
    assert isinstance(attempt(world, ip="10.2.0.1"), SignedIn)


def test_forgotten_after_a_day_and_pruned(world: World, clock: FixedClock) -> None:
    for _ in range(4):
        attempt(world, password="wrong wrong wrong")
    clock.advance(timedelta(days=1, seconds=1))
    assert attempt(world, password="wrong wrong wrong") == Denied(), "the count starts anew"
    clock.advance(timedelta(days=1, seconds=1))
    with world.session() as session:
        assert lockout.prune(session) == 3


def test_refusals_are_audited_without_what_was_typed(world: World) -> None:
    attempt(world, "my-secret-typed-here", "x")
    attempt(world, "head", "wrong wrong wrong")
    with world.session() as session:
        refused = session.scalars(select(AuditEntry).where(AuditEntry.action == "auth.refused")).all()
        assert {entry.object_id for entry in refused} == {"unknown", str(world.people["head"])}
        assert not any("my-secret" in str(entry.data) for entry in refused)


def test_weak_hash_is_replaced_at_sign_in(world: World) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with world.session() as session:
        session.get_one(Person, (world.tenant.id, world.people["head"])).password_hash = weak
    assert isinstance(attempt(world), SignedIn)
    with world.session() as session:
        stored = session.get_one(Person, (world.tenant.id, world.people["head"])).password_hash
        assert stored is not None and not passwords.outdated(stored)


def test_password_change_ends_the_other_sessions(world: World) -> None:
    attempt(world), attempt(world)
    kept = attempt(world)
    assert isinstance(kept, SignedIn)
    from core.identity.keys import digest

    with world.session() as session:
        change_password(
            session, actor=world.actor("head", session), current=PASSWORD, new="winter sun over the lake", ip=HERE,
            keep=digest(kept.secret),
        )  # fmt: skip
    with world.session() as session:
        open_ = session.scalars(select(UserSession).where(UserSession.ended_at.is_(None))).all()
        assert [row.id_hash for row in open_] == [digest(kept.secret)]


def test_one_time_password_must_be_changed_and_ends_everything(world: World) -> None:
    attempt(world, "officer")
    with world.session() as session:
        given = issue_one_time_password(session, actor=world.actor("head", session), person_id=world.people["officer"])
    signed = attempt(world, "officer", given)
    assert isinstance(signed, SignedIn)
    assert signed.person.must_change
    with world.session() as session:
        assert len(session.scalars(select(UserSession).where(UserSession.ended_at.is_(None))).all()) == 1
        with pytest.raises(Refused):
            disable_person(session, actor=world.actor("head", session), person_id=world.people["head"])


@pytest.mark.parametrize(
    "bad",
    [
        "short",
        "password2024",
        "aaaaaaaaaaaaa",
        "123456789012",
        "qwertyuiop[]",
        "my zhang.san pass",
        "hello 张三 hello",
        "x" * 129,
    ],
)
def test_bad_passwords_are_named(bad: str) -> None:
    with pytest.raises(Invalid) as fault:
        passwords.check(bad, login="zhang.san", name="张三")
    assert fault.value.fields["password"]


@pytest.mark.parametrize(
    "good", ["correct horse battery", "今天食堂的包子很好吃真的很好吃", "x7-Lake.mist", "a" * 4 + "bcde" * 31]
)
def test_good_passwords_need_no_special_characters(good: str) -> None:
    passwords.check(good, login="zhang.san", name="张三")


def test_one_time_passwords_satisfy_the_rules() -> None:
    made = {passwords.one_time() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.check(password, login="zhang.san", name="张三")
