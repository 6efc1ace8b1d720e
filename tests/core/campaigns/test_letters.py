"""Responsibility letters down the tree, and schools' schemes."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

import pytest
from docx import Document
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from core.campaigns.models import Letter, LetterSignature
from core.campaigns.papers import LetterPaper, SignatureLine, letter_docx
from core.campaigns.queries.letters import letter_card, letters_page, open_letters, signers_page
from core.campaigns.queries.schemes import scheme_counts, schemes_page
from core.campaigns.services import letters, schemes
from core.campaigns.services.letters import LetterFacts, default_posts
from core.files.services import store_file
from core.files.storage import DiskStorage
from core.http.paging import Paging
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from core.tenancy import shelf
from tests.conftest import NOW
from tests.factories.world import World

ALL = Paging(1, 200)
TEXT = "校长是本校安全工作第一责任人。\n每月至少排查一次。"


def issue(world: World, who: str = "head", **more: object) -> UUID:
    facts = {
        "campaign": "three_year",
        "tier": "school",
        "title": "安全工作责任书",
        "body": TEXT,
        "posts": ("principal",),
        **more,
    }
    with world.session() as session:
        return letters.issue_letter(session, actor=world.actor(who, session), facts=LetterFacts(**facts))  # type: ignore[arg-type]


def sign(world: World, letter_id: UUID, who: str = "principal_a", unit: str = "school_a") -> UUID:
    with world.session() as session:
        return letters.sign_letter(
            session, actor=world.actor(who, session), letter_id=letter_id, unit_id=world.units[unit]
        )


def states(world: World, letter_id: UUID, who: str = "head", **more: str) -> dict[str, str]:
    with world.session(read_only=True) as session:
        page = signers_page(session, world.actor(who, session), letter_id, paging=ALL, **more)
        return {row.unit_name: row.state for row in page.items}


def test_who_has_not_signed_is_listed_and_so_are_empty_posts(world: World) -> None:
    letter_id = issue(world)
    assert states(world, letter_id) == {"第一小学": "unsigned", "第二初级中学": "vacant", "第一幼儿园": "vacant"}
    sign(world, letter_id)
    assert states(world, letter_id)["第一小学"] == "signed"
    assert states(world, letter_id, state="unsigned") == {}
    assert states(world, letter_id, "safety_b") == {"第二初级中学": "vacant"}  # a school sees itself
    with world.session(read_only=True) as session:
        line = letters_page(session, world.actor("head", session), paging=ALL).items[0]
    assert (line.due, line.signed) == (1, 1)


def test_only_the_holder_signs_and_only_once(world: World) -> None:
    letter_id = issue(world)
    for who, unit in (("safety_a", "school_a"), ("head", "school_a"), ("principal_a", "school_b")):
        with pytest.raises(Refused):
            sign(world, letter_id, who, unit)
    sign(world, letter_id)
    with pytest.raises(Conflict):
        sign(world, letter_id)
    with world.session(read_only=True) as session:
        rows = session.scalars(select(LetterSignature)).all()
        assert [(row.post_code, row.digest) for row in rows] == [
            ("principal", letters.digest_of("安全工作责任书", TEXT))
        ]


def test_a_new_version_asks_everybody_again_and_the_old_one_stays(world: World) -> None:
    first = issue(world)
    sign(world, first)
    second = issue(world, series=first, body=TEXT + "\n每季度报告一次。")
    with world.session(read_only=True) as session:
        actor = world.actor("principal_a", session)
        assert open_letters(session, actor) == 1
        card = letter_card(session, actor, first)
        assert (card.newest, card.line.signed, len(card.versions)) == (False, 1, 2)
        assert letter_card(session, actor, second).line.no == 2
    with pytest.raises(Refused):
        sign(world, first)
    sign(world, second)


def test_a_text_never_changes(world: World) -> None:
    letter_id = issue(world)
    with pytest.raises(DBAPIError), world.session() as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(body="别的"))


def test_a_school_issues_none(world: World) -> None:
    with pytest.raises(Forbidden):
        issue(world, "principal_a")
    with pytest.raises(Invalid):
        issue(world, posts=("no-such-post",))
    with pytest.raises(NotFound):
        issue(world, series=UUID(int=7))


def test_usual_posts_of_a_tier(world: World) -> None:
    with world.session(read_only=True) as session:
        pack = shelf.current(session)
        assert pack is not None
        assert default_posts(pack, "school") == ["principal"]
        assert {"line_head", "staff"} <= set(default_posts(pack, "post"))
        assert "director" not in default_posts(pack, "post")


def test_the_paper_holds_text_and_signatures() -> None:
    paper = LetterPaper(
        "某某区教育局", "安全工作责任书", TEXT, "ab" * 32, 1, NOW, (SignatureLine("第一小学", "校长", "王某", NOW),)
    )
    document = Document(io.BytesIO(letter_docx(paper)))
    words = "\n".join(line.text for line in document.paragraphs)
    assert "校长是本校安全工作第一责任人。" in words and "每月至少排查一次。" in words and "2020年11月26日" in words
    assert [cell.text for cell in document.tables[0].rows[1].cells] == [
        "1",
        "第一小学",
        "校长",
        "王某",
        "2020年11月26日",
    ]


@pytest.fixture
def pdf(world: World, tmp_path: Path):  # type: ignore[no-untyped-def]
    def made(session: object, who: str) -> UUID:
        return store_file(
            session, actor=world.actor(who, session), storage=DiskStorage(tmp_path), stream=io.BytesIO(b"%PDF-1.4\n%%EOF"),  # type: ignore[arg-type]
            name="方案.pdf", purpose="document",
        ).id  # fmt: skip

    return made


def test_a_scheme_is_collected_returned_with_a_reason_and_accepted(world: World, pdf) -> None:  # type: ignore[no-untyped-def]
    def counts() -> dict[str, int]:
        with world.session(read_only=True) as session:
            return scheme_counts(session, world.actor("head", session), campaign="three_year")

    def submit(version: int) -> UUID:
        with world.session() as session:
            return schemes.submit_scheme(
                session, actor=world.actor("safety_a", session), campaign="three_year", unit_id=world.units["school_a"],
                version=version, title="第一小学实施方案", file_ids=[pdf(session, "safety_a")],
            )  # fmt: skip

    def review(version: int, **more: object) -> None:
        with world.session() as session:
            schemes.review_scheme(session, actor=world.actor("head", session), scheme_id=made, version=version, **more)  # type: ignore[arg-type]

    assert counts() == {"missing": 3, "submitted": 0, "returned": 0, "accepted": 0}
    made = submit(0)
    with pytest.raises(Stale):
        submit(0)
    with pytest.raises(Invalid):
        review(1, accept=False)
    review(1, accept=False, reason="没有写明时间表")
    with pytest.raises(Refused):
        review(2, accept=True)
    assert counts()["returned"] == 1
    submit(2)
    review(3, accept=True)
    assert counts() == {"missing": 2, "submitted": 0, "returned": 0, "accepted": 1}
    with pytest.raises(Refused):
        submit(4)
    with world.session(read_only=True) as session:
        mine = schemes_page(session, world.actor("safety_a", session), campaign="three_year", paging=ALL)
        assert [(row.state, row.times, len(row.files)) for row in mine.items] == [("accepted", 2, 2)]


def test_a_scheme_needs_a_file_and_ones_own_school(world: World, pdf) -> None:  # type: ignore[no-untyped-def]
    def submit(who: str, unit: str, files: list[UUID]) -> None:
        with world.session() as session:
            schemes.submit_scheme(
                session, actor=world.actor(who, session), campaign="three_year", unit_id=world.units[unit], version=0, title="方案",
                file_ids=files,
            )  # fmt: skip

    with pytest.raises(Invalid):
        submit("safety_a", "school_a", [])
    with pytest.raises(NotFound):
        submit("safety_a", "school_b", [])
    with pytest.raises(Forbidden):
        submit("line_a", "school_a", [])
