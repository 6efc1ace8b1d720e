"""Pictures: photos that people upload on their way, and screenshots for the README."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from core.demo.pictures import drawing

MOST = 250 * 1024


def photo(kind: str) -> dict[str, object]:
    """A photo as the file field takes it: a corridor ``before`` or ``after``."""
    content = io.BytesIO()
    drawing(0, kind, 1).save(content, "JPEG", quality=80)
    return {"name": f"{kind}.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


@dataclass(frozen=True)
class Shooter:
    """Keeps pictures when there is a folder; always proves that the page can be drawn."""

    folder: Path | None

    def __call__(self, page: Page, name: str, *, full: bool = False) -> None:
        if self.folder is None:
            return
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)  # charts draw themselves in
        self.folder.mkdir(parents=True, exist_ok=True)
        image = Image.open(io.BytesIO(page.screenshot(full_page=full))).convert("RGB")
        target = self.folder / f"{name}.png"
        for colours in (256, 128, 64, 32):
            image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
                target, optimize=True
            )
            if target.stat().st_size <= MOST:
                return
        raise AssertionError(f"{name} is larger than {MOST} bytes")
