"""The approval engine: which route an event takes, who decides in it, what happens next, which agreements stay valid.

Everything here is a pure function of plain values. In the order in which an office meets it:
1. `parse_route`, `check_set` read the routes an administrator wrote;
2. `select` finds the route, `plan` its stages with units and the reasons for each;
3. `progress` says what has to happen, given the reviews as they are;
4. `carry_over` keeps the agreements that a new revision does not touch; `forecast` says when all of it will be over.

"Case N" in a docstring is a settled case of the approval practice (cases.md).
"""

from events.approvals.conditions import Condition, Facts, explain, explain_absence
from events.approvals.reasons import Because, Compared, Reason
from events.approvals.route.agreements import Agreement, carry_over, widened
from events.approvals.route.definition import RouteDefinition, Rule, SlotDefinition, StageDefinition, check_set, parse_route
from events.approvals.route.forecast import Forecast, forecast, remaining
from events.approvals.route.plan import Units, plan
from events.approvals.route.planned import Plan, PlannedSlot, PlannedStage, SlotId
from events.approvals.route.progress import Progress, ReviewFact, can_return_now, progress, verdicts
from events.approvals.route.selection import NoRoute, Selection, min_lead_days, select
from events.foundation.document import DefinitionError

__all__ = [
    "Agreement",
    "Because",
    "Compared",
    "Condition",
    "DefinitionError",
    "Facts",
    "Forecast",
    "NoRoute",
    "Plan",
    "PlannedSlot",
    "PlannedStage",
    "Progress",
    "Reason",
    "ReviewFact",
    "RouteDefinition",
    "Rule",
    "Selection",
    "SlotDefinition",
    "SlotId",
    "StageDefinition",
    "Units",
    "can_return_now",
    "carry_over",
    "check_set",
    "explain",
    "explain_absence",
    "forecast",
    "min_lead_days",
    "parse_route",
    "plan",
    "progress",
    "remaining",
    "select",
    "verdicts",
    "widened",
]
