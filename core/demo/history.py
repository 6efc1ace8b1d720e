"""The invented history of a district: which hazards were found when and where, and what became of each. Pure; a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from core.demo.cast import Cast, Place, Player
from core.demo.districts import District
from core.demo.filling import Facts
from core.demo.story import CANCELLED, CONTROLLED, SLOW, SPOT, USUAL, Pace, Story, Teller
from core.demo.texts import ANY, BY_DOMAIN, TEXTS, WEIGHTS, Text
from core.hazards.lifecycle import Machine
from core.kernel.clock import LOCAL, start_of_day
from core.tenancy.packs.model import Canonical, Domain, Ground, HazardCategory, Origin, Pack, Source

ORIGIN_WEIGHTS = {
    Origin.SELF_CHECK: 62, Origin.INSPECTION: 14, Origin.CLUSTER: 7, Origin.AGENCY: 5, Origin.THIRD_PARTY: 5, Origin.SUPERIOR: 3,
    Origin.PUBLIC: 2, Origin.REGISTER: 2,
}  # fmt: skip
MAJOR_SHARE, SPOT_SHARE, CANCELLED_SHARE, LONG_SHARE, SLOW_SHARE, RECURRENCE_SHARE = (
    0.035,
    0.25,
    0.025,
    0.05,
    0.07,
    0.04,
)
NOT_IN_KINDERGARTENS = frozenset({"labchem", "bullying"})
LOAD_AT = time(10)
"""Local time of day at which the demo's districts stand when they are loaded."""
T = TypeVar("T")


@dataclass(frozen=True)
class Told:
    """A story with its place among the others: ``returns_of`` is the index of the closed case that came back."""

    story: Story
    found_at: datetime
    returns_of: int | None = None


class Historian:
    """Tells all stories of a district in the order in which the hazards were found."""

    def __init__(self, district: District, pack: Pack, cast: Cast, places: Sequence[Place]) -> None:
        self.district, self.pack, self.cast, self.places = district, pack, cast, places
        self.rng = Random(f"{district.slug}-history")  # noqa: S311  an invented history, no secret
        until = datetime.combine(district.today, LOAD_AT, LOCAL).astimezone(UTC)
        self.teller = Teller(Machine(pack.lifecycle), cast, Pace(until, district.pace), self.rng)
        self.domains = [domain for domain in pack.domains if domain.on]
        weights = {place.school_id: self.rng.lognormvariate(0, 0.5) for place in places}
        self.place_weights = [weights[place.school_id] for place in places]

    def tell(self) -> Iterator[Told]:
        """One by one, so that whoever listens can show progress."""
        closed: list[int] = []
        told: list[Told] = []
        for index, found_at in enumerate(self._times()):
            returns_of = None
            if closed and self.rng.random() < RECURRENCE_SHARE:
                returns_of = self.rng.choice(closed)
            made = self._one(found_at, told[returns_of].story if returns_of is not None else None)
            one = Told(made, found_at, returns_of)
            told.append(one)
            if made.canonical is Canonical.CLOSED and made.steps[-1].at < found_at + timedelta(days=30):
                closed.append(index)
            yield one

    def _times(self) -> list[datetime]:
        """When hazards were found: school days, more of them after the campaign began and in the weeks after its phases."""
        days = [
            self.district.since + timedelta(days=n) for n in range((self.district.today - self.district.since).days + 1)
        ]
        weights = [self._busy(day) for day in days]
        until = self.teller.pace.until
        times = []
        for day in self.rng.choices(days, weights, k=self.district.hazards):
            at = start_of_day(day) + timedelta(hours=self.rng.triangular(7, 18, 9.5))
            times.append(min(at, until - timedelta(minutes=self.rng.randint(30, 600))))
        return sorted(times)

    def _busy(self, day: date) -> float:
        if day.weekday() >= 5:
            return 0.12
        weight = 1.0
        if (day.month, day.day) >= (7, 5) and (day.month, day.day) <= (8, 24):
            weight = 0.35  # summer holidays: inspections of closed schools only
        if day.month in (1, 2) and not (day.month == 1 and day.day < 22) and not (day.month == 2 and day.day > 20):
            weight = 0.25
        for campaign in self.pack.campaigns:
            for phase in campaign.phases:
                since = (day - phase.window.starts).days
                if 0 <= since < 21:
                    weight += 0.9 * (1 - since / 21)
        return weight

    def _one(self, found_at: datetime, before: Story | None) -> Story:
        rng = self.rng
        place = before.place if before else rng.choices(self.places, self.place_weights)[0]
        domain, category = (self._same(before)) if before else self._topic(place)
        source = self._source(place)
        finder = self._finder(source, place)
        fate = self._fate(source)
        ground = self._ground(fate)
        major = rng.random() < MAJOR_SHARE and fate != SPOT
        facts = Facts(
            text=self._text(domain, category), grade="major" if major else "general", category=category.code if category else f"{domain.code}.other",
            domain=domain.code, source=source.code, ground=ground.code, responsible=self._responsible(place),
            report_to=self.pack.term("safety_office"), long_term=ground.long_term,
        )  # fmt: skip
        return self.teller.tell(place, finder, facts, found_at, fate)

    def _same(self, before: Story) -> tuple[Domain, HazardCategory | None]:
        domain = self.pack.domain(before.facts.domain)
        return domain, next((own for own in domain.categories if own.code == before.facts.category), None)

    def _topic(self, place: Place) -> tuple[Domain, HazardCategory | None]:
        away = NOT_IN_KINDERGARTENS if place.stages == ("kindergarten",) else frozenset()
        fitting = [
            domain
            for domain in self.domains
            if domain.code not in away and (not domain.org_types or place.org_type in domain.org_types)
        ] or self.domains
        domain = self.rng.choices(fitting, [WEIGHTS.get(domain.code, 3) for domain in fitting])[0]
        if not domain.categories:
            return domain, None
        spoken = [3 if own.code in TEXTS else (0.4 if own.code.endswith(".other") else 1) for own in domain.categories]
        return domain, self.rng.choices(domain.categories, spoken)[0]

    def _text(self, domain: Domain, category: HazardCategory | None) -> Text:
        known = TEXTS.get(category.code) if category else None
        spot, wrong, done = self.rng.choice(known or BY_DOMAIN.get(domain.code) or (ANY,))
        label = category.label if category and category.label != "其他" else domain.label
        return spot, wrong.format(category=label), done

    def _source(self, place: Place) -> Source:
        sources = self.pack.lifecycle.sources
        usable = [source for source in sources if source.origin is not Origin.CLUSTER or place.cluster_id]
        return self.rng.choices(usable, [ORIGIN_WEIGHTS[source.origin] for source in usable])[0]

    def _finder(self, source: Source, place: Place) -> Player:
        own = self.cast.by_unit.get(place.school_id, [])
        match source.origin:
            case Origin.CLUSTER:
                crowd: Sequence[Player] = self.cast.by_unit.get(place.cluster_id, []) if place.cluster_id else []
            case Origin.AGENCY | Origin.THIRD_PARTY:
                crowd = self.cast.outside.get(str(source.origin), [])
            case Origin.INSPECTION | Origin.SUPERIOR:
                crowd = self.cast.above
            case _:
                crowd = own
        return self.rng.choice(
            _reporters(crowd) or _reporters(self.cast.above if source.found_above else own) or [*own, *self.cast.above]
        )

    def _responsible(self, place: Place) -> Player:
        own = [
            player
            for player in self.cast.by_unit.get(place.school_id, [])
            if not player.keeper and _may(player, "hazard:case:rectify")
        ]
        return self.rng.choice(own or self.cast.by_unit[place.school_id])

    def _fate(self, source: Source) -> str:
        at_once = SPOT_SHARE if source.origin is Origin.SELF_CHECK else 0.0
        long = LONG_SHARE if self.pack.lifecycle.risk_control else 0.0
        rest = 1 - at_once - CANCELLED_SHARE - long - SLOW_SHARE
        return self.rng.choices(
            (SPOT, CANCELLED, CONTROLLED, SLOW, USUAL), (at_once, CANCELLED_SHARE, long, SLOW_SHARE, rest)
        )[0]

    def _ground(self, fate: str) -> Ground:
        grounds = self.pack.lifecycle.grounds
        if fate == CONTROLLED:
            return self._pick([ground for ground in grounds if ground.long_term]) or self.pack.lifecycle.ground(None)
        if fate == SPOT:
            return self._pick([ground for ground in grounds if ground.fixable_now]) or self.pack.lifecycle.ground(None)
        usual = [ground for ground in grounds if not ground.long_term and not (ground.fixable_now and len(grounds) > 2)]
        return self._pick(usual) or self.pack.lifecycle.ground(None)

    def _pick(self, items: Sequence[T]) -> T | None:
        return self.rng.choice(items) if items else None


def _may(player: Player, permission: str) -> bool:
    return any(permission in held for _, held in player.rights)


def _reporters(players: Sequence[Player]) -> list[Player]:
    return [player for player in players if _may(player, "hazard:case:report")]
