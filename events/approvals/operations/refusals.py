"""Why a review cannot be acted on."""

from events.approvals import deciders
from events.approvals.models import Review
from events.approvals.vocabulary import ReviewState, SlotRole
from events.foundation.errors import NotYours
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.people.queries import Offices


def refuse_other_unit(by: User, unit_id: int, role: SlotRole) -> None:
    """NotYours unless the person is one of the unit's deciders."""
    if not deciders.decides(by.memberships, unit_id, role):
        raise NotYours(N_("This review belongs to “%(unit)s”: only its staff decide here.", unit=Offices().units[unit_id].called))


def present_state(review: Review) -> Phrase:
    """What has happened to the review meanwhile."""
    if review.state in (ReviewState.DECIDED, ReviewState.CARRIED):
        who = review.decided_by.surname_initials if review.decided_by else review.unit.called
        return N_("This has been decided meanwhile: %(who)s. Your text is kept on this page.", who=who)
    if review.state is ReviewState.OPEN:
        return N_("A colleague has acted on this review meanwhile. Look at it again; your text is kept on this page.")
    return N_("This review is no longer open: the request was taken back, returned or withdrawn. Your text is kept on this page.")
