"""An invented roster for a pack: units with their links, and people in the posts that the pack knows. Pure; a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from core.demo.districts import District
from core.demo.names import LEVELS, PLACES, PLACES_SMALL, SIZES, login_of, school_name
from core.tenancy.packs.model import OrgKind, OrgType, Ownership, Pack, Post

PRIVATE_SHARE = {"kindergarten": 0.4, "primary": 0.08, "junior": 0.08, "training": 1.0}
PLACES_EACH = {"kindergarten": 1, "training": 0}
CAMPUS_EVERY = 9
HOLDERS_IN_SCHOOL = 9
"""Posts filled in one unit at most, in the pack's order."""
ROOT = "bureau"


@dataclass(frozen=True)
class UnitPlan:
    """A unit before it has an id; ``code`` is what everything else points to."""

    code: str
    name: str
    short_name: str
    kind: str
    org_type: str | None
    parent: str
    stages: tuple[str, ...] = ()
    ownership: str | None = None
    students: int | None = None
    staff: int | None = None
    cluster: str | None = None


@dataclass(frozen=True)
class HolderPlan:
    """A person in a post; the name says what it is, for nobody is meant."""

    login: str
    name: str
    unit: str
    post: str
    title: str


@dataclass
class Roster:
    """``units`` are in an order in which parents come first; what onboarding made (bureau, departments, bodies) is not among them."""

    units: list[UnitPlan] = field(default_factory=list)
    holders: list[HolderPlan] = field(default_factory=list)

    @property
    def schools(self) -> list[UnitPlan]:
        return [unit for unit in self.units if unit.kind in ("school", "kindergarten", "training_institution")]


def roster(district: District, pack: Pack, standing: Sequence[UnitPlan]) -> Roster:
    """``standing``: the units that onboarding made from the pack; they get holders too."""
    rng = Random(f"{district.slug}-roster")  # noqa: S311  an invented roster, no secret
    made = Roster()
    made.units.extend(_clusters(district, pack))
    clusters = [unit.code for unit in made.units]
    number = 0
    for level, count in district.levels.items():
        for index in range(count):
            school = _school(district, pack, level, index, f"s{number + 1:03d}", clusters, rng)
            if school is not None:  # a level that the pack knows no type for is not there
                number += 1
                made.units.append(school)
    for school in made.schools:
        made.units.extend(_inside(pack, school, rng))
    made.holders.extend(_holders(pack, [*standing, *made.units]))
    return made


def _clusters(district: District, pack: Pack) -> Iterator[UnitPlan]:
    types = _types(pack, OrgKind.CLUSTER)
    for index in range(district.clusters if types else 0):
        kind = types[index % len(types)]
        name = f"{district.place}{'东南西北中'[index % 5]}{'一二三四'[index // 5]}{kind.label}"
        yield UnitPlan(f"c{index + 1:02d}", name, name.removeprefix(district.place), "cluster", kind.code, ROOT)


def _school(
    district: District, pack: Pack, level: str, index: int, code: str, clusters: list[str], rng: Random
) -> UnitPlan | None:
    _ending, stages, kind = LEVELS[level]
    private = rng.random() < PRIVATE_SHARE.get(level, 0)
    name, short = school_name(district.place, level, index)
    low, high = SIZES[level]
    students = round(rng.triangular(low, high, low + (high - low) * 0.35))
    supervised = clusters and level not in ("senior", "vocational", "training")
    ownership = Ownership.PRIVATE if private else Ownership.PUBLIC
    fitting = _fitting(pack, OrgKind(kind), stages, ownership)
    if not fitting:
        return None
    return UnitPlan(
        code, name, short, kind, rng.choice(fitting).code, ROOT, stages, ownership.value, students, max(8, students // 13),
        clusters[index % len(clusters)] if supervised else None,
    )  # fmt: skip


def _inside(pack: Pack, school: UnitPlan, rng: Random) -> Iterator[UnitPlan]:
    """Campuses of large schools, and key places."""
    campus = _first(pack, OrgKind.CAMPUS)
    if (school.students or 0) > 1500 and rng.random() < 2 / CAMPUS_EVERY:
        yield UnitPlan(
            f"{school.code}-b",
            f"{school.name}（东校区）",
            f"{school.short_name}东校区",
            "campus",
            campus,
            school.code,
            school.stages,
        )
    place_type = _first(pack, OrgKind.PLACE)
    wanted = PLACES_EACH.get(school.kind if school.kind == "kindergarten" else "", 2 if school.kind == "school" else 0)
    for word, slug in rng.sample(PLACES_SMALL if school.kind == "kindergarten" else PLACES, wanted):
        yield UnitPlan(f"{school.code}-{slug}", f"{school.name}{word}", word, "place", place_type, school.code)


def _holders(pack: Pack, units: Sequence[UnitPlan]) -> Iterator[HolderPlan]:
    bureau = _first(pack, OrgKind.BUREAU)
    by_type: dict[str, list[Post]] = {}
    for post in pack.posts:
        # a post that may be held in the bureau itself is filled there and not in every department again
        for org_type in (bureau,) if bureau in post.held_in else post.held_in:
            by_type.setdefault(org_type or "", []).append(post)
    for unit in units:
        for post in by_type.get(unit.org_type or "", [])[:HOLDERS_IN_SCHOOL]:
            label = post.label.partition("（")[0]
            name = label if unit.code == ROOT else f"{unit.short_name}{label}"
            yield HolderPlan(login_of(post.code, unit.code, ROOT), name, unit.code, post.code, post.label)


def _types(pack: Pack, kind: OrgKind) -> list[OrgType]:
    return [org_type for org_type in pack.org_types if org_type.kind is kind]


def _first(pack: Pack, kind: OrgKind) -> str | None:
    types = _types(pack, kind)
    return types[0].code if types else None


def _fitting(pack: Pack, kind: OrgKind, stages: tuple[str, ...], ownership: Ownership) -> list[OrgType]:
    """The org types that fit best, all alike: kind must, stages and ownership should."""

    def fit(org_type: OrgType) -> int:
        own = {str(stage) for stage in org_type.stages}
        owned = 0 if org_type.ownership is None else (1 if org_type.ownership is ownership else -5)
        return len(own & set(stages)) * 2 - len(own - set(stages)) + owned

    candidates = [
        org_type
        for org_type in _types(pack, kind)
        if (not org_type.stages or {str(stage) for stage in org_type.stages} & set(stages))
        and org_type.ownership in (None, ownership)
    ]
    best = max((fit(org_type) for org_type in candidates), default=0)
    return [org_type for org_type in candidates if fit(org_type) == best]
