"""The blueprint of the requests' pages, and where a request is to be found."""

from flask import Blueprint, url_for

from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus

bp = Blueprint("requests", __name__, url_prefix="/requests")


def address(event_request: EventRequest) -> str:
    """A draft opens in its form, anything else on its page."""
    endpoint = "requests.edit" if event_request.status is RequestStatus.DRAFT else "requests.show"
    return url_for(endpoint, request_id=event_request.id)
