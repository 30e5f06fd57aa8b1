"""The approval engine: which route an event takes, who decides in it, what happens next, which visas stay valid.

Everything here is a pure function of plain values. In the order in which an office meets it:
1. `parse_route`, `check_set` read the routes an administrator wrote;
2. `select` finds the route, `plan` its stages with units and reasons;
3. `progress` says what has to happen, given the reviews as they are;
4. `carry_over` keeps the visas that a new revision does not touch; `forecast` says when all of it will be over.

"Case N" in a docstring is the approval practice settled with the customer.
"""

from events.approvals.route.course import Progress, ReviewFact, can_return_now, progress, verdicts
from events.approvals.route.definition import RouteDefinition, SlotDefinition, StageDefinition, check_set, parse_route
from events.approvals.route.rounds import Forecast, Visa, carry_over, forecast, widened
from events.approvals.route.selection import (
    NoRoute,
    Plan,
    PlannedSlot,
    PlannedStage,
    Selection,
    SlotId,
    Units,
    min_lead_days,
    phrase_from_plain,
    phrase_to_plain,
    plan,
    select,
)
from events.approvals.vocabulary import Condition, DefinitionError, Facts, explain, explain_absence

__all__ = [
    "Condition",
    "DefinitionError",
    "Facts",
    "Forecast",
    "NoRoute",
    "Plan",
    "PlannedSlot",
    "PlannedStage",
    "Progress",
    "ReviewFact",
    "RouteDefinition",
    "Selection",
    "SlotDefinition",
    "SlotId",
    "StageDefinition",
    "Units",
    "Visa",
    "can_return_now",
    "carry_over",
    "check_set",
    "explain",
    "explain_absence",
    "forecast",
    "min_lead_days",
    "parse_route",
    "phrase_from_plain",
    "phrase_to_plain",
    "plan",
    "progress",
    "select",
    "verdicts",
    "widened",
]
