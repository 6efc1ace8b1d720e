"""A small district of a journey's own, served on its own clock: its people come in by the sign-in form, and the days go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from core.identity.services.people import PersonFacts, create_person
from core.kernel.clock import LOCAL, FixedClock
from core.orgs.models.units import CLUSTER
from core.orgs.services import appoint
from core.orgs.services.closure import rebuild_closure
from core.orgs.services.links import hang
from core.reports.services.rounds import open_due_rounds
from tests.conftest import APP_CLOCK
from tests.factories.world import PASSWORD, World, password_hash
from tests.journeys.conftest import Enter

Posts = Mapping[str, tuple[str, str]]
"""Login → code of the unit, code of the post."""
EMPLOYED = date(2018, 1, 1)


@dataclass
class Town:
    world: World
    clock: FixedClock
    url: str
    open_page: Enter

    def go(self, moment: datetime) -> None:
        """The district's clock stands there now, for the pages too."""
        self.clock.at = APP_CLOCK.at = moment

    def open_rounds(self, *, since: date) -> None:
        """What the daily job does."""
        with self.world.session() as session:
            open_due_rounds(session, actor=self.world.system, since=since)

    def join(self, school: str, cluster: str) -> None:
        """The school belongs to the cluster from the beginning."""
        with self.world.session() as session:
            hang(
                session,
                parent_id=self.world.units[cluster],
                child_id=self.world.units[school],
                tree=CLUSTER,
                start=EMPLOYED,
            )
            rebuild_closure(session)

    def enter(self, who: str, *, phone: bool = False) -> Page:
        page = self.open_page(phone=phone)
        page.goto(f"{self.url}/sign-in?change=1")
        chosen = page.locator("[name=tenant]")
        if chosen.evaluate("control => control.type") == "select-one":
            chosen.select_option(self.world.tenant.slug)
        else:  # more districts than a list should hold: other tests' are there too
            chosen.fill(self.world.tenant.slug)
        page.locator("[name=login]").fill(who)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form[action$='/sign-in'] button[type=submit]").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    def see(self, page: Page, path: str) -> None:
        page.goto(self.url + path)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a port of its own; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()


def employ(world: World, posts: Posts) -> None:
    """Side effects: committed people, each with the password of all tests."""
    with world.session() as session:
        for login, (unit, post) in posts.items():
            world.people[login] = create_person(
                session, actor=world.system, facts=PersonFacts(login=login, name=login), password_hash=password_hash()
            )
            appoint(
                session, actor=world.system, person_id=world.people[login], unit_id=world.units[unit], post_code=post,
                valid_from=EMPLOYED,
            )  # fmt: skip


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LOCAL)


MakeTown = Callable[..., Town]
