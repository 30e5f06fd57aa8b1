"""Rows of approvals: routes and their versions, rounds, reviews, decisions and remarks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, and_, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from events.approvals.vocabulary import Relation, RemarkState, ReviewState, RoundState, SlotKind, SlotRole, Verdict
from events.foundation.db import Guard, Model, closed_set, refusing_guard
from events.foundation.standing import renewed_by
from events.people.models import Unit, User
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import Section


class Route(Model):
    """An approval route; the lowest priority whose condition holds is taken (cases.md 1)."""

    __tablename__ = "route"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    priority: Mapped[int] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class RouteVersion(Model):
    """What a route said from a moment on; never changed, since rounds at work rest on it (I5)."""

    __tablename__ = "route_version"
    __table_args__ = (UniqueConstraint("route_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("route.id"))
    valid_from: Mapped[datetime]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    route: Mapped[Route] = relationship()


class Round(Model):
    """One way of one revision through its route, with the plan as it was made."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("request_id", "no"),
        Index(
            "uq_round_open",
            "request_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_with_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    no: Mapped[int]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    amendment: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[list[int]] = mapped_column(JSON)
    """The route versions in force at the first submission, kept until the final outcome (cases.md 9)."""
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[RoundState] = mapped_column(closed_set(RoundState, "round_state"), default=RoundState.OPEN)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    forecast_at: Mapped[datetime]
    """When it ends if every stage takes its whole time."""
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closing_note: Mapped[str] = mapped_column(Text, default="")
    """Why it was stopped, taken back or withdrawn, in the words of whoever did it."""
    revision: Mapped[Revision] = relationship()
    event_request: Mapped[EventRequest] = relationship()
    closed_by: Mapped[User | None] = relationship()
    reviews: Mapped[list["Review"]] = relationship(back_populates="round", order_by="Review.position, Review.id")


class Review(Model):
    """One unit's review in a stage of a round."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("round_id", "stage", "slot", "unit_id"),
        Index("ix_review_unit_id_state_due_at", "unit_id", "state", "due_at"),
        Index("ix_review_request_id", "request_id"),
        Index("ix_review_state_due_at", "state", "due_at"),
        CheckConstraint("(decided_at IS NULL) = (verdict IS NULL)", name="decided_with_verdict"),
        CheckConstraint("(state IN ('decided', 'carried')) = (verdict IS NOT NULL)", name="verdict_when_decided"),
        CheckConstraint("state <> 'open' OR opened_at IS NOT NULL", name="open_since"),
        CheckConstraint("NOT by_submission OR (relation IS NOT NULL AND relation = 'lead')", name="submission_satisfies_lead_only"),
        CheckConstraint("decided_at IS NULL OR opened_at IS NULL OR decided_at >= opened_at", name="decided_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    position: Mapped[int]
    """Place of its stage in the plan, from 0."""
    stage: Mapped[str] = mapped_column(String(40))
    slot: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    relation: Mapped[Relation | None] = mapped_column(closed_set(Relation, "slot_relation"))
    """What the unit is to the event, as its slot was planned; None for a unit the route names."""
    role: Mapped[SlotRole] = mapped_column(closed_set(SlotRole, "slot_role"))
    kind: Mapped[SlotKind] = mapped_column(closed_set(SlotKind, "slot_kind"))
    confirming: Mapped[bool] = mapped_column(default=False)
    watches: Mapped[list[str]] = mapped_column(JSON)
    sla_hours: Mapped[int | None]
    """In working hours of the deciding unit."""
    state: Mapped[ReviewState] = mapped_column(closed_set(ReviewState, "review_state"), default=ReviewState.WAITING)
    opened_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(closed_set(Verdict, "verdict"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by_submission: Mapped[bool] = mapped_column(default=False)
    """«Согласовано подачей»: the head of the lead unit submitted himself (cases.md 6)."""
    orphaned: Mapped[bool] = mapped_column(default=False)
    """Nobody in the unit may decide (cases.md 8)."""
    active_seconds: Mapped[int] = mapped_column(default=0)
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
    carried_from_round: Mapped[int | None]
    draft_comment: Mapped[str] = mapped_column(Text, default="")
    """Text kept when a decision was recalled, so that nothing typed is lost (cases.md 14)."""
    version: Mapped[int] = mapped_column(default=1)
    round: Mapped[Round] = relationship(back_populates="reviews")
    unit: Mapped[Unit] = relationship()
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    acting_for: Mapped[User | None] = relationship(foreign_keys=[acting_for_id])
    remarks: Mapped[list["Remark"]] = relationship(back_populates="review", order_by="Remark.id")


class Decision(Model):
    """One decision as it was made; a recalled one is kept, and at most one per review is effective (I2)."""

    __tablename__ = "decision"
    __table_args__ = (
        Index(
            "uq_decision_effective",
            "review_id",
            unique=True,
            sqlite_where=text("recalled_at IS NULL"),
            postgresql_where=text("recalled_at IS NULL"),
        ),
        Index("ix_decision_request_id", "request_id"),
        CheckConstraint("verdict <> 'return' OR reason_code IS NOT NULL", name="return_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    request_id: Mapped[int]
    revision_no: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(closed_set(Verdict, "verdict"))
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason_code.code"))
    comment: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recalled_at: Mapped[datetime | None]
    decided_by: Mapped[User] = relationship(foreign_keys=[decided_by_id])
    acting_for: Mapped[User | None] = relationship(foreign_keys=[acting_for_id])


class Remark(Model):
    """What a review asks to change or to answer, bound to a section; a blocking one comes with a return."""

    __tablename__ = "remark"
    __table_args__ = (
        Index("ix_remark_request_id_state", "request_id", "state"),
        Index("ix_remark_review_id", "review_id"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_with_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    section: Mapped[Section] = mapped_column(closed_set(Section, "remark_section"))
    field: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    blocking: Mapped[bool]
    released: Mapped[bool] = mapped_column(default=False)
    """Whether the author sees it: at the return for blocking remarks, at the end of the stage for others (cases.md 12)."""
    released_at: Mapped[datetime | None]
    """Since when the author could answer it."""
    state: Mapped[RemarkState] = mapped_column(closed_set(RemarkState, "remark_state"), default=RemarkState.OPEN)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    moot: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The change it was about came to nothing: nobody waits for an answer (cases.md 35)."""
    review: Mapped[Review] = relationship(back_populates="remarks")

    @classmethod
    def waits(cls) -> ColumnElement[bool]:
        """Whether an answer is still asked for."""
        return and_(cls.state == RemarkState.OPEN, ~cls.moot)


_OWN = (
    "EXISTS (SELECT 1 FROM authorship WHERE authorship.request_id = NEW.request_id "
    "AND authorship.user_id IN (NEW.decided_by_id, NEW.acting_for_id))"
)
_OWN_MESSAGE = "nobody decides on an own request"


def _own_request(name: str, table: str, action: str, unless: str) -> Guard:
    """No row may say that a person decided on a request they have a hand in, for themselves or for another (I1)."""
    return Guard(
        name,
        sqlite=(
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL{unless} AND {_OWN}) "
            f"BEGIN SELECT RAISE(ABORT, '{_OWN_MESSAGE}'); END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.decided_by_id IS NOT NULL{unless} AND {_OWN} THEN "
            f"RAISE EXCEPTION '{_OWN_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


_CONFIRMED_BY_SUBMISSION = "nobody confirms an own request by submitting it"
"""No CHECK says so, since the first release let it happen where a confirming stage was keyed `lead`; such rows stay as they were lived."""
_UNLESS_SETTLED = " AND NOT NEW.by_submission AND NEW.state = 'decided'"

guards: tuple[Guard, ...] = (
    _own_request("review_own_insert", "review", "INSERT", _UNLESS_SETTLED),
    _own_request("review_own_update", "review", "UPDATE", _UNLESS_SETTLED),
    _own_request("decision_own_insert", "decision", "INSERT", ""),
    refusing_guard(
        "review_confirms_insert", "review", "BEFORE INSERT", _CONFIRMED_BY_SUBMISSION, when="NEW.by_submission AND NEW.confirming"
    ),
    refusing_guard(
        "review_confirms_update",
        "review",
        "BEFORE UPDATE",
        _CONFIRMED_BY_SUBMISSION,
        when="NEW.by_submission AND NEW.confirming AND NOT (OLD.by_submission AND OLD.confirming)",
    ),
    refusing_guard(
        "decision_kept",
        "decision",
        "BEFORE UPDATE",
        "a decision is never rewritten, only recalled once",
        when="NEW.verdict <> OLD.verdict OR NEW.decided_by_id <> OLD.decided_by_id OR NEW.decided_at <> OLD.decided_at "
        "OR NEW.review_id <> OLD.review_id OR NEW.comment <> OLD.comment OR OLD.recalled_at IS NOT NULL",
    ),
    refusing_guard("decision_stays", "decision", "BEFORE DELETE", "a decision is never deleted"),
    refusing_guard("route_version_kept", "route_version", "BEFORE UPDATE", "a route version is never changed"),
    *renewed_by("route"),
    *renewed_by("route_version"),
)
