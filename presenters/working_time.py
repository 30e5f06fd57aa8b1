"""How much of its working time a review has left, and how much it took."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from events.approvals.models import Review
from events.approvals.queries import ListedReview
from events.approvals.vocabulary import ReviewState
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.worktime import hours
from presenters.amounts import number
from presenters.moments import closing_moment
from presenters.phrases import Words

HOUR = timedelta(hours=1)
WORKING_DAY = timedelta(hours=8)
SOON = 75
"""The percent of its time after which a review is said to be due soon."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What remains of an open review's time; `share`: the percent of it that is used."""

    phrase: Words
    overdue: bool
    soon: bool
    share: int
    due: datetime


@dataclass(frozen=True, slots=True)
class TimeTaken:
    """What a decision took: «3,5 из 8 рабочих часов»; `share`: its percent of what was given, None where nothing was."""

    phrase: Phrase
    share: int | None = None


def due_words(due: datetime, now: datetime) -> Phrase:
    """«срок — вт, 2 июня, 18:00»; of one that has passed «срок прошёл вт, 2 июня, 18:00»."""
    closes = closing_moment(due, now)
    return N_("it was due %(due)s", due=closes) if due < now else N_("due %(due)s", due=closes)


def time_left(review: Review | ListedReview, offices: Offices, now: datetime) -> TimeLeft | None:
    """What remains; None when the review has no due."""
    if review.due_at is None or review.opened_at is None:
        return None
    schedule = offices.schedule(review.unit_id)
    remaining = schedule.remaining(now, review.due_at)
    whole = schedule.worked(review.opened_at, review.due_at)
    spent = schedule.worked(review.opened_at, now)
    share = 100 if remaining.overdue or not whole else int(100 * spent / whole)
    return TimeLeft(hours.phrase(remaining), remaining.overdue, share >= SOON, share, review.due_at)


def time_taken(review: Review, offices: Offices) -> TimeTaken | None:
    """What the decision took; None where nothing was counted."""
    if review.opened_at is None or review.decided_at is None or review.state is not ReviewState.DECIDED or review.by_submission:
        return None
    spent = offices.schedule(review.unit_id).worked(review.opened_at, review.decided_at)
    if not review.sla_hours:
        return TimeTaken(hours_spent(spent))
    share = int(100 * spent / (review.sla_hours * HOUR))
    return TimeTaken(
        N_("%(hours)s of %(n)s working hour", "%(hours)s of %(n)s working hours", n=review.sla_hours, hours=_in_hours(spent)), share
    )


def hours_spent(spent: timedelta) -> Phrase:
    """«3,5 рабочего часа»; minutes below a tenth of an hour."""
    if spent < HOUR / 10:
        return N_("%(n)s working minute", "%(n)s working minutes", n=spent // timedelta(minutes=1))
    rounded = _hours(spent)
    if rounded == int(rounded):
        return N_("%(n)s working hour", "%(n)s working hours", n=int(rounded))
    return N_("%(hours)s working hours", hours=number(rounded))


def days_spent(spent: timedelta) -> Phrase:
    """Working days of eight hours from two full ones on, else hours (cases.md 25)."""
    days = spent // WORKING_DAY
    if days >= 2:
        return N_("%(n)s working day", "%(n)s working days", n=days)
    return hours_spent(spent)


def _in_hours(spent: timedelta) -> str:
    return number(_hours(spent))


def _hours(spent: timedelta) -> Decimal:
    return round(Decimal(spent.total_seconds()) / 3600, 1).normalize() + 0
