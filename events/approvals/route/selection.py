"""Which route an event takes, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from events.approvals.conditions import Facts, explain
from events.approvals.reasons import Because, Reason
from events.approvals.route.definition import RouteDefinition


class NoRoute(Exception):
    """No route fits the event; submission is refused, naming the coordinator (case 1)."""


@dataclass(frozen=True)
class Selection:
    """The route taken and why; that others would fit but stand lower is among the reasons."""

    route: RouteDefinition
    reasons: tuple[Reason, ...]


def select(routes: Sequence[RouteDefinition], facts: Facts) -> Selection:
    """The first route by priority whose condition holds; raises NoRoute. The default, which fits always, is not told as a rival."""
    ordered = sorted(routes, key=lambda route: route.priority)
    fitting = [route for route in ordered if route.select is None or route.select.holds(facts)]
    if not fitting:
        raise NoRoute
    taken, *lower = fitting
    why = (Reason(Because.NO_OTHER_ROUTE),) if taken.select is None else explain(taken.select, facts)
    rivals = (Reason(Because.LOWER_ROUTE, routes=(route.key, taken.key)) for route in lower if route.select is not None)
    return Selection(taken, (*why, *rivals))


def min_lead_days(route: RouteDefinition, facts: Facts) -> int:
    """Working days the route wants between submission and the first occurrence; more when there is money to provide."""
    return route.min_lead_working_days_budget if facts.budget_rub > 0 else route.min_lead_working_days
