"""What a request must say before it is submitted, and what deserves a warning: pure, used by form, page and operation.

Each finding stands at a field of Content and is one plain sentence. Sources: domain.md sections 2.3 and 3.
"""

from collections.abc import Iterator

from events.requests.fields import Content
from events.requests.rules import content as about
from events.requests.rules import money, people, publicity, safety, schedule, venue
from events.requests.rules.dangers import evident_dangers
from events.requests.rules.finding import Around, Check, Finding, VenueFacts
from events.requests.rules.material import material_change
from events.requests.rules.open_air import in_the_open
from events.requests.rules.schedule import ends_late
from events.requests.sections import SECTION_OF

__all__ = [
    "Around",
    "Finding",
    "VenueFacts",
    "ends_late",
    "evident_dangers",
    "in_the_open",
    "material_change",
    "overcrowded",
    "problems",
    "warnings",
]


def problems(content: Content, around: Around) -> tuple[Finding, ...]:
    """Everything that keeps the request from being submitted, in the order of the form."""
    return _in_form_order(finding for check in _REQUIRED for finding in check(content, around))


def warnings(content: Content, around: Around) -> tuple[Finding, ...]:
    """What the author should look at again; none of it stops the submission."""
    return _in_form_order(finding for check in _ADVISED for finding in check(content, around))


def overcrowded(content: Content, around: Around) -> tuple[Finding, ...]:
    """The venues that do not hold all who are expected."""
    return tuple(venue.room(content, around))


def _in_form_order(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """As the form reads from top to bottom."""
    places = {name: place for place, name in enumerate(SECTION_OF)}
    return tuple(sorted(findings, key=lambda finding: places[finding.field]))


_REQUIRED: tuple[Check, ...] = (
    about.texts, about.choices, about.plan_and_partners, schedule.dates, venue.place, people.participants, money.price_and_estimate,
    safety.responsible_for_safety, publicity.age_mark, publicity.registration_address,
)  # fmt: skip
_ADVISED: tuple[Check, ...] = (
    about.title_in_capitals, about.late, schedule.noise, venue.set_up_while_shut, venue.safety_passport,
    people.outside_youth, people.no_children_mark, safety.children_by_bus,
)  # fmt: skip
