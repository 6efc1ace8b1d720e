"""Evidence pictures for the demo: simple drawings made here, before and after, a few per domain. No photograph, no person."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import BinaryIO

from PIL import Image, ImageDraw

from core.files.storage import THUMBNAIL_SUFFIX
from core.kernel.ids import new_id

SIZE, THUMB = (720, 540), (240, 180)
KINDS = {"before": "整改前", "after": "整改后", "document": "材料", "verification": "复核"}
VARIANTS = 3
OF_DOMAIN = {"fire": 1, "food": 2, "security": 3, "labchem": 4, "bus": 5, "buildings": 6}
WALL, FLOOR, LINE, BAD, GOOD, PAPER = "#dfe7e4", "#b9b2a3", "#3b4a4f", "#c8502e", "#2f7d4f", "#f6f3ea"
Put = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Kept:
    """The demo's way into the storage, as ``store_file`` asks for it."""

    write: Put

    def put(self, key: str, stream: BinaryIO) -> None:
        self.write(key, stream.read())


@dataclass(frozen=True)
class Picture:
    """A stored drawing, as the file rows describe it."""

    name: str
    media_type: str
    size: int
    sha256: str
    key: str
    thumbnail_key: str
    width: int
    height: int


class Album:
    """The drawings of one tenant; each is drawn and stored when it is first asked for."""

    def __init__(self, tenant_id: int, on: date, put: Put) -> None:
        self._tenant, self._on, self._put = tenant_id, on, put
        self._made: dict[tuple[int, str, int], Picture] = {}

    def picture(self, domain: str, kind: str, number: int) -> Picture:
        key = (OF_DOMAIN.get(domain, 0), kind, number % VARIANTS)
        if key not in self._made:
            self._made[key] = self._store(*key)
        return self._made[key]

    def _store(self, scene: int, kind: str, variant: int) -> Picture:
        content, thumbnail = drawn(scene, kind, variant)
        key = f"t/{self._tenant}/{self._on:%Y/%m}/{new_id()}"
        self._put(key, content)
        self._put(key + THUMBNAIL_SUFFIX, thumbnail)
        digest = hashlib.sha256(content).hexdigest()
        return Picture(
            f"{KINDS.get(kind, kind)}.jpg", "image/jpeg", len(content), digest, key, key + THUMBNAIL_SUFFIX, *SIZE
        )


@cache
def drawn(scene: int, kind: str, variant: int) -> tuple[bytes, bytes]:
    """The drawing and its thumbnail as files. The same in every district, so drawn once a process."""
    image = drawing(scene, kind, variant)
    return _bytes(image, "JPEG"), _bytes(image.resize(THUMB), "WEBP")


def drawing(scene: int, kind: str, variant: int) -> Image.Image:
    """A scene; ``before`` has the hazard in it, ``after`` and ``verification`` have it put right, ``document`` is a sheet."""
    image = Image.new("RGB", SIZE, PAPER if kind == "document" else WALL)
    draw = ImageDraw.Draw(image)
    rng = Random(f"{scene}-{variant}")  # noqa: S311  a drawing, no secret
    if kind == "document":
        _sheet(draw, rng)
        return image
    draw.rectangle((0, 380, 720, 540), fill=FLOOR)
    right = kind != "before"
    _PAINTERS[scene](draw, rng, right)
    if kind == "verification":
        draw.line((590, 90, 625, 130, 690, 45), fill=GOOD, width=16, joint="curve")
    return image


def _sheet(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    draw.rectangle((150, 30, 570, 520), fill="#ffffff", outline=LINE, width=3)
    draw.rectangle((260, 65, 460, 85), fill=BAD)
    for line in range(12):
        draw.rectangle((190, 120 + line * 27, 190 + rng.randint(230, 340), 130 + line * 27), fill="#c9ced0")
    draw.ellipse((430, 400, 530, 500), outline=BAD, width=6)


def _corridor(draw: ImageDraw.ImageDraw, rng: Random, right: bool) -> None:
    draw.polygon(((260, 120), (460, 120), (460, 380), (260, 380)), fill="#eef3f1", outline=LINE, width=4)
    draw.rectangle((325, 200, 395, 380), fill="#8fb7a4" if right else "#a58f7a", outline=LINE, width=4)
    draw.rectangle((320, 140, 400, 170), fill=GOOD)
    for index in range(0 if right else 5):
        x, y = 230 + index * 55 + rng.randint(-15, 15), 330 + rng.randint(0, 60)
        draw.rectangle((x, y, x + 70, y + 60), fill="#c99a5b", outline=LINE, width=3)


def _extinguisher(draw: ImageDraw.ImageDraw, rng: Random, right: bool) -> None:
    x = 300 + rng.randint(-40, 40)
    draw.rounded_rectangle((x, 190, x + 120, 440), 30, fill="#b3202e" if right else "#8a6f6a", outline=LINE, width=4)
    draw.rectangle((x + 40, 150, x + 80, 195), fill=LINE)
    draw.line((x + 80, 170, x + 170, 220, x + 180, 330), fill=LINE, width=10)
    draw.ellipse((x + 30, 240, x + 90, 300), fill="#ffffff", outline=LINE, width=4)
    draw.line((x + 60, 270, *((x + 82, 252) if right else (x + 38, 290))), fill=GOOD if right else BAD, width=6)


def _kitchen(draw: ImageDraw.ImageDraw, rng: Random, right: bool) -> None:
    for shelf in range(3):
        draw.rectangle((120, 140 + shelf * 95, 600, 152 + shelf * 95), fill=LINE)
        for box in range(5):
            x = 140 + box * 92 + rng.randint(-6, 6)
            draw.rectangle(
                (x, 90 + shelf * 95, x + 66, 140 + shelf * 95),
                fill="#8fb7a4" if right or box % 2 else "#c99a5b",
                outline=LINE,
                width=3,
            )
    for bag in range(0 if right else 4):
        draw.ellipse((150 + bag * 110, 420, 250 + bag * 110, 510), fill="#d8c9a8", outline=BAD, width=4)


def _gate(draw: ImageDraw.ImageDraw, rng: Random, right: bool) -> None:
    draw.rectangle((60, 160, 160, 400), fill="#c9b79a", outline=LINE, width=4)
    draw.rectangle((560, 160, 660, 400), fill="#c9b79a", outline=LINE, width=4)
    for bar in range(13 if right else 6):
        draw.rectangle((170 + bar * 30, 240, 182 + bar * 30, 400), fill="#5b6d75")
    for post in range(4 if right else 0):
        draw.rounded_rectangle((200 + post * 100, 430, 226 + post * 100, 500), 8, fill="#d9a520", outline=LINE, width=3)
    draw.ellipse((590, 110, 625, 145), fill="#2d3b41" if right else BAD)


def _lab(draw: ImageDraw.ImageDraw, rng: Random, right: bool) -> None:
    draw.rectangle((180, 80, 540, 420), fill="#7f97a3" if right else "#b59f82", outline=LINE, width=5)
    for shelf in range(3):
        draw.rectangle((195, 170 + shelf * 85, 525, 178 + shelf * 85), fill=LINE)
        for bottle in range(6):
            x = 210 + bottle * 53
            tilt = 0 if right else rng.randint(-10, 10)
            draw.rectangle(
                (x + tilt, 118 + shelf * 85, x + 30 + tilt, 168 + shelf * 85),
                fill=("#7aa88c", "#c99a5b", "#8f86b5")[(bottle + shelf * (0 if right else 1)) % 3],
                outline=LINE,
                width=2,
            )
    if right:
        draw.ellipse((500, 230, 530, 260), fill="#d9a520", outline=LINE, width=3)


def _bus(draw: ImageDraw.ImageDraw, rng: Random, right: bool) -> None:
    draw.rounded_rectangle((80, 190, 640, 420), 30, fill="#e0b62c", outline=LINE, width=5)
    for window in range(5):
        draw.rectangle((120 + window * 95, 220, 195 + window * 95, 300), fill="#cfe3ea", outline=LINE, width=3)
    for wheel in (190, 530):
        draw.ellipse((wheel - 50, 375, wheel + 50, 475), fill="#2d3b41")
    draw.rectangle((560, 320, 610, 350), fill=GOOD if right else BAD)
    if right:
        draw.rectangle((330, 330, 380, 400), fill="#b3202e", outline=LINE, width=3)


def _building(draw: ImageDraw.ImageDraw, rng: Random, right: bool) -> None:
    draw.rectangle((150, 70, 570, 400), fill="#d8d2c4", outline=LINE, width=5)
    for row in range(3):
        for column in range(5):
            draw.rectangle(
                (180 + column * 78, 95 + row * 95, 230 + column * 78, 150 + row * 95),
                fill="#9fb9c4",
                outline=LINE,
                width=3,
            )
    draw.rectangle((150, 160, 570, 172), fill=GOOD if right else "#9a9488")
    if not right:
        x = 240 + rng.randint(0, 200)
        draw.line((x, 70, x + 20, 130, x - 10, 190, x + 25, 260, x + 5, 330), fill=BAD, width=6)


_PAINTERS = (_corridor, _extinguisher, _kitchen, _gate, _lab, _bus, _building)


def _bytes(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, quality=78)
    return out.getvalue()
