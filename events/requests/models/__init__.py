"""Rows of requests: the request, its revisions with their parts, who wrote and who is involved, and the number series."""

from events.requests.models.fates import OccurrenceFate
from events.requests.models.guards import guards
from events.requests.models.involvement import Authorship, Involvement
from events.requests.models.numbers import NumberSeries
from events.requests.models.parts import PART_FIELDS, BudgetLine, CoOrganizer, Occurrence
from events.requests.models.request import EventRequest, Revision
from events.requests.models.templates import RequestTemplate

__all__ = [
    "PART_FIELDS",
    "Authorship",
    "BudgetLine",
    "CoOrganizer",
    "EventRequest",
    "Involvement",
    "NumberSeries",
    "Occurrence",
    "OccurrenceFate",
    "RequestTemplate",
    "Revision",
    "guards",
]
