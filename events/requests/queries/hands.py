"""What somebody has in hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from events.foundation.db import db
from events.requests.models import Authorship, EventRequest, Revision
from events.requests.vocabulary import IN_FORCE, LIVE, ON_THE_WAY, RequestStatus, RevisionState


@dataclass(frozen=True, slots=True)
class InHand:
    """Requests in which a person has a hand, or is named in charge, and which are not over, by id. `charged`: those in force that name
    the person in charge."""

    drafts: Sequence[int]
    on_the_way: Sequence[int]
    in_force: Sequence[int]
    charged: Collection[int]

    @property
    def all(self) -> Sequence[int]:
        """All of them."""
        return sorted((*self.drafts, *self.on_the_way, *self.in_force))


def in_hand(user_id: int) -> InHand:
    """What somebody who leaves would leave behind."""
    hand = select(Authorship.request_id).where(Authorship.user_id == user_id)
    standing = Revision.state.in_((RevisionState.DRAFT, RevisionState.IN_REVIEW, RevisionState.APPROVED))
    charge = select(Revision.request_id).where(Revision.responsible_id == user_id, standing)
    asked = select(EventRequest.id, EventRequest.status).where(or_(EventRequest.id.in_(hand), EventRequest.id.in_(charge)))
    rows = db.session.execute(asked.where(EventRequest.status.in_({RequestStatus.DRAFT, *LIVE})).order_by(EventRequest.id)).all()
    coming = [row.id for row in rows if row.status in IN_FORCE]
    named = select(Revision.request_id).where(Revision.responsible_id == user_id, Revision.state == RevisionState.APPROVED)
    return InHand(
        [row.id for row in rows if row.status is RequestStatus.DRAFT],
        [row.id for row in rows if row.status in ON_THE_WAY],
        coming,
        frozenset(db.session.scalars(named.where(Revision.request_id.in_(coming)))),
    )
