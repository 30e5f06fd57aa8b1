"""The request and its revisions."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from events.foundation.db import Model, closed_set
from events.foundation.link import LONGEST_LINK
from events.people.models import Unit, User
from events.requests import applying, fields, sections
from events.requests.models.parts import PART_FIELDS, BudgetLine, CoOrganizer, Occurrence
from events.requests.vocabulary import AgeMark, Format, Level, PriceType, Registration, RequestStatus, RevisionState
from events.venues.models import Venue


class EventRequest(Model):
    """An event request. What it says stands in its revisions; here stands its life and what lists are sorted by."""

    __tablename__ = "event_request"
    __table_args__ = (
        Index("ix_event_request_lead_unit_id_id", "lead_unit_id", "id"),
        Index("ix_event_request_status_id", "status", "id"),
        CheckConstraint("number IS NOT NULL OR status IN ('draft', 'withdrawn')", name="number_from_submission"),
        CheckConstraint("status <> 'draft' OR number IS NULL", name="draft_without_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Given at the first submission, gap-free per lead unit and Moscow year (cases.md 33)."""
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    status: Mapped[RequestStatus] = mapped_column(closed_set(RequestStatus, "request_status"), default=RequestStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    """Rises with every act on the request: a page built from an older one gets a Conflict."""
    title: Mapped[str] = mapped_column(String(300), default="")
    """Of the latest revision, for lists and letters."""
    first_start: Mapped[datetime | None]
    submit_by: Mapped[datetime | None]
    """Of a draft, the last moment to submit it as it was counted last; None where no route fits."""
    submit_by_basis: Mapped[str | None] = mapped_column(String(64))
    """From what it was counted (`approvals.deadlines.basis`); None: not counted for what is written now."""
    search: Mapped[str] = mapped_column(Text, default="")
    """`search.searched` of number, title and place."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    """First successful submission: lead time begins (cases.md 28)."""
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why it was withdrawn, rejected or cancelled, in the words of whoever did it."""
    postponing: Mapped[bool] = mapped_column(default=False)
    """«Переносится»: the public page warns while the amendment with the new date is under way (cases.md 36)."""
    warned_at: Mapped[datetime | None]
    """Since when: a date that came later was not held; one that came before was held as announced."""
    copied_from_id: Mapped[int | None]
    usual_minutes: Mapped[int | None]
    """How long such an event usually lasts, by the template it was begun from."""
    demo: Mapped[bool] = mapped_column(default=False)
    lead_unit: Mapped[Unit] = relationship()
    revisions: Mapped[list["Revision"]] = relationship(back_populates="event_request", order_by="Revision.no")

    def has_begun(self, now: datetime) -> bool:
        """Whether the first date of what was submitted last has come."""
        return self.first_start is not None and self.first_start <= now


class Revision(Model):
    """One revision of what a request says; frozen unless a draft. At most one is at work and one in force."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("request_id", "no"),
        Index(
            "uq_revision_working",
            "request_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'in_review')"),
            postgresql_where=text("state IN ('draft', 'in_review')"),
        ),
        Index(
            "uq_revision_approved",
            "request_id",
            unique=True,
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
        CheckConstraint("(state = 'draft') = (hash IS NULL)", name="frozen_has_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    no: Mapped[int]
    state: Mapped[RevisionState] = mapped_column(closed_set(RevisionState, "revision_state"), default=RevisionState.DRAFT)
    amendment: Mapped[bool] = mapped_column(default=False)
    """A change to a request already approved; the approved revision stays in force meanwhile."""
    section_versions: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Rises per section with each save, so that two people in different sections never lose each other's text."""
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    hash: Mapped[str | None] = mapped_column(String(64))
    active_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long its form was worked on, by everybody together (domain.md section 5, M4)."""

    title: Mapped[str] = mapped_column(String(300), default="")
    short_desc: Mapped[str] = mapped_column(String(600), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    goal: Mapped[str] = mapped_column(Text, default="")
    direction: Mapped[str | None] = mapped_column(ForeignKey("direction.code"))
    extra_directions: Mapped[list[str]] = mapped_column(JSON, default=list)
    event_type: Mapped[str | None] = mapped_column(ForeignKey("event_type.code"))
    level: Mapped[Level | None] = mapped_column(closed_set(Level, "level"))
    format: Mapped[Format | None] = mapped_column(closed_set(Format, "format"))
    out_of_plan: Mapped[bool] = mapped_column(default=False)
    out_of_plan_reason: Mapped[str] = mapped_column(String(1000), default="")
    late_reason: Mapped[str] = mapped_column(String(1000), default="")
    partners: Mapped[bool] = mapped_column(default=False)
    partners_note: Mapped[str] = mapped_column(String(1000), default="")
    prizes: Mapped[bool] = mapped_column(default=False)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    place_name: Mapped[str] = mapped_column(String(200), default="")
    place_address: Mapped[str] = mapped_column(String(300), default="")
    outdoor: Mapped[bool] = mapped_column(default=False)
    rain_plan: Mapped[str] = mapped_column(String(1000), default="")
    two_districts: Mapped[bool] = mapped_column(default=False)
    accessibility: Mapped[str] = mapped_column(String(500), default="")
    online_url: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")
    expected: Mapped[int | None]
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    minors: Mapped[bool] = mapped_column(default=False)
    pupils: Mapped[bool] = mapped_column(default=False)
    escort: Mapped[str] = mapped_column(String(1000), default="")
    vip: Mapped[bool] = mapped_column(default=False)
    vip_note: Mapped[str] = mapped_column(String(300), default="")
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    responsible_phone: Mapped[str] = mapped_column(String(20), default="")
    price_type: Mapped[PriceType | None] = mapped_column(closed_set(PriceType, "price_type"))
    price_rub: Mapped[Decimal | None]
    buses: Mapped[bool] = mapped_column(default=False)
    street_closure: Mapped[bool] = mapped_column(default=False)
    food: Mapped[bool] = mapped_column(default=False)
    sound: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[bool] = mapped_column(default=False)
    sport: Mapped[bool] = mapped_column(default=False)
    pyro: Mapped[bool] = mapped_column(default=False)
    safety_note: Mapped[str] = mapped_column(String(2000), default="")
    public: Mapped[bool] = mapped_column(default=True)
    age_mark: Mapped[AgeMark | None] = mapped_column(closed_set(AgeMark, "age_mark"))
    registration: Mapped[Registration | None] = mapped_column(closed_set(Registration, "registration"))
    registration_url: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")
    photo: Mapped[bool] = mapped_column(default=False)
    bring: Mapped[str] = mapped_column(String(300), default="")
    comment: Mapped[str] = mapped_column(String(1000), default="")

    event_request: Mapped[EventRequest] = relationship(back_populates="revisions")
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    responsible: Mapped[User | None] = relationship(foreign_keys=[responsible_id])
    occurrences: Mapped[list["Occurrence"]] = relationship(order_by="Occurrence.position", cascade="all, delete-orphan")
    budget: Mapped[list["BudgetLine"]] = relationship(order_by="BudgetLine.position", cascade="all, delete-orphan")
    co_organizers: Mapped[list["CoOrganizer"]] = relationship(order_by="CoOrganizer.position", cascade="all, delete-orphan")

    @property
    def responsible_name(self) -> str | None:
        """Who answers for the event."""
        return self.responsible.full_name if self.responsible is not None else None

    def content(self) -> fields.Content:
        """What this revision says: the answers that apply. Of an online event its venues are looked up."""
        written = self.written()
        return applying.applied(written, self._on_the_net(written))

    def written(self) -> fields.Content:
        """Everything that stands in it, also what does not apply beside the other answers: for whoever writes on."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in sections.SECTION_OF if name not in PART_FIELDS}
        plain["extra_directions"] = tuple(self.extra_directions or ())
        return fields.Content(
            **plain,
            occurrences=tuple(one.frozen() for one in self.occurrences),
            budget=tuple(fields.BudgetLine(line.name, line.amount, line.source) for line in self.budget),
            co_organizers=tuple(fields.CoOrganizer(one.unit_id, one.contributes) for one in self.co_organizers),
        )

    def _on_the_net(self, written: fields.Content) -> frozenset[int]:
        """The venues of an online event that are no place to come to."""
        session = object_session(self) if written.online else None
        if session is None:
            return frozenset()
        with session.no_autoflush:
            named = [session.get(Venue, key) for key in written.venue_ids]
        return frozenset(one.id for one in named if one is not None and one.is_on_the_net)
