"""The directories of this matter."""

from events.district.columns import Column
from events.district.directory import ACTIVE, POSITION, Directory, coded, named
from events.district.kinds import Line
from events.district.models import Direction, EventType, ReasonCode
from events.foundation.text import N_

_CODE = coded()

DIRECTIONS = Directory(
    "directions",
    N_("Directions of youth policy"),
    N_("What an event is for: chosen in each request, counted in reports."),
    Direction,
    "direction",
    (_CODE, *named(200), Column("law", N_("Article of the law"), Line(40), empty=""), POSITION, ACTIVE),
    searched=("code", "name", "name_en", "law"),
    order=("position", "code"),
)
EVENT_TYPES = Directory(
    "event-types",
    N_("Types of events"),
    N_("What kind of event it is: chosen in each request."),
    EventType,
    "event_type",
    (_CODE, *named(100), POSITION, ACTIVE),
    searched=("code", "name", "name_en"),
    order=("position", "name"),
)
REASON_CODES = Directory(
    "reason-codes",
    N_("Reasons of a return"),
    N_("Why a request was sent back: one word, by which the figures of returns are counted."),
    ReasonCode,
    "reason_code",
    (_CODE, *named(100), POSITION, ACTIVE),
    searched=("code", "name", "name_en"),
    order=("position", "code"),
)
