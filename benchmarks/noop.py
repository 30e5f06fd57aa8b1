"""References inside our own server: pages that do nothing but ask who is signed in."""

from flask import Blueprint, Flask, render_template_string

import app as assembler
from views import access

bp = Blueprint("noop", __name__, url_prefix="/noop")


@bp.get("/signed-in")
@access.staff
def signed_in() -> str:
    """Transaction, sign-in and rights as on every staff page; no layout, no query of its own."""
    return "ok"


@bp.get("/page")
@access.staff
def page() -> str:
    """The same with the staff layout around nothing."""
    return render_template_string('{% extends "layout/staff.html" %}{% block title %}{{ _("Requests") }}{% endblock %}')


def create_app() -> Flask:
    """The product with the two pages above."""
    app = assembler.create_app()
    app.register_blueprint(bp)
    return app
