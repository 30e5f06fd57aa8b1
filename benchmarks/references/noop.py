"""References inside our own server: pages that do nothing but ask who is signed in."""

from flask import Blueprint, Flask, current_app, render_template

import app as assembler
from views import access

bp = Blueprint("noop", __name__, url_prefix="/noop")

EMPTY = '{% extends "layout/staff.html" %}{% block title %}{{ _("Requests") }}{% endblock %}'


@bp.get("/signed-in")
@access.staff
def signed_in() -> str:
    """Transaction, sign-in and rights as on every staff page; no layout, no query of its own."""
    return "ok"


@bp.get("/page")
@access.staff
def page() -> str:
    """The same with the staff layout around nothing, compiled once as the templates of pages are."""
    return render_template(current_app.extensions["noop page"])


def create_app() -> Flask:
    """The product with the two pages above."""
    app = assembler.create_app()
    app.register_blueprint(bp)
    app.extensions["noop page"] = app.jinja_env.from_string(EMPTY)
    return app
