"""Who has a hand in a request, and which units see it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, or_, update

from events.foundation.db import db, inserting, inserting_new
from events.requests.models import Authorship, Involvement
from events.requests.vocabulary import AuthorHow, InvolvedBy


def author(request_id: int, user_id: int, how: AuthorHow, now: datetime) -> None:
    """The person has a hand in the request from now on and never decides on it (I1)."""
    hand = {"request_id": request_id, "user_id": user_id, "how": how.value, "at": now}
    db.session.connection().execute(inserting_new(Authorship, "request_id", "user_id"), hand)


def involve(request_id: int, unit_ids: Iterable[int], reason: InvolvedBy, now: datetime) -> None:
    """These units see the request for this reason; those that once did, again, and since then."""
    rows = [{"unit_id": unit_id, "request_id": request_id, "reason": reason.value, "since": now} for unit_id in unit_ids]
    if rows:
        connection = db.session.connection()
        connection.execute(_letting_in(connection.dialect.name), rows if len(rows) > 1 else rows[0])


def uninvolve(request_id: int, now: datetime, *, besides: Mapping[InvolvedBy, Collection[int]]) -> set[int]:
    """For each of these reasons no unit but those named sees the request any more; returns those who did until now."""
    units = {f"besides_{reason.value}": list(named) for reason, named in besides.items()}
    asked = {"of_request": request_id, "from_now": now, **units}
    return set(db.session.connection().execute(_parting(tuple(besides)), asked).scalars())


@lru_cache
def _letting_in(dialect: str) -> Any:
    """Put together once, in the dialect's own INSERT."""
    new = inserting(Involvement)
    return new.on_conflict_do_update(
        index_elements=["unit_id", "request_id", "reason"], set_={"until": None}, where=Involvement.until.is_not(None)
    )


@lru_cache
def _parting(reasons: tuple[InvolvedBy, ...]) -> Any:
    """Put together once for the reasons that end together."""
    gone = [
        and_(Involvement.reason == reason, Involvement.unit_id.not_in(bindparam(f"besides_{reason.value}", expanding=True)))
        for reason in reasons
    ]
    which = (Involvement.request_id == bindparam("of_request"), Involvement.until.is_(None), or_(*gone))
    return update(Involvement).where(*which).values(until=bindparam("from_now")).returning(Involvement.unit_id)
