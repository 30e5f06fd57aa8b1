"""The blueprint of the requests' pages, and where a request is to be found."""

from flask import Blueprint, url_for

from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus

bp = Blueprint("requests", __name__, url_prefix="/requests")


def page_of(request_id: int) -> str:
    """The request's own page, which another group of pages shows."""
    return url_for("request_page.show", request_id=request_id)


def address(event_request: EventRequest) -> str:
    """A draft opens in its form, anything else on its page."""
    is_draft = event_request.status is RequestStatus.DRAFT
    return url_for("requests.edit", request_id=event_request.id) if is_draft else page_of(event_request.id)
