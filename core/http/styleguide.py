"""The living style sheet: every macro in every state, served outside production only."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from core.http import api
from core.kernel.clock import Clock


def install(app: Flask, *, clock: Clock) -> None:
    pages = Blueprint("styleguide", __name__)

    @pages.get("/styleguide")
    def show() -> str:
        return render_template("styleguide.html", now=clock.now())

    app.register_blueprint(pages)
    api.OPEN["styleguide.show"] = "shows invented samples, outside production only"
