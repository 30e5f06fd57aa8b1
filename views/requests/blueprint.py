"""The blueprint of the requests' pages, and where a request is to be found."""

from flask import Blueprint, url_for

bp = Blueprint("requests", __name__, url_prefix="/requests")


def page_of(request_id: int) -> str:
    """The request's own page, which another group of pages shows."""
    return url_for("request_page.show", request_id=request_id)
