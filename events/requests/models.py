"""Rows of requests: the request, its revisions with their parts, who wrote and who is involved, and the number series."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from events.foundation.db import Guard, Model, closed_set, refusing_guard
from events.people.models import Unit, User
from events.requests import sections
from events.requests.vocabulary import (
    TRANSITIONS,
    AgeMark,
    AuthorHow,
    BudgetSource,
    Format,
    InvolvedBy,
    Level,
    OccurrenceMark,
    PriceType,
    Registration,
    RequestStatus,
    RevisionState,
)

PART_FIELDS = frozenset({"occurrences", "budget", "co_organizers"})
"""Fields of Content kept in rows of their own."""


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
    search: Mapped[str] = mapped_column(Text, default="")
    """`text.search_form` of number, title and place."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    """First successful submission: lead time begins (cases.md 28)."""
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why it was withdrawn, rejected or cancelled, in the words of whoever did it."""
    postponing: Mapped[bool] = mapped_column(default=False)
    """«Переносится»: the public page warns while the amendment with the new date is under way (cases.md 36)."""
    copied_from_id: Mapped[int | None]
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
    online_url: Mapped[str] = mapped_column(String(500), default="")
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
    registration_url: Mapped[str] = mapped_column(String(500), default="")
    photo: Mapped[bool] = mapped_column(default=False)
    bring: Mapped[str] = mapped_column(String(300), default="")
    comment: Mapped[str] = mapped_column(String(1000), default="")

    event_request: Mapped[EventRequest] = relationship(back_populates="revisions")
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    responsible: Mapped[User | None] = relationship(foreign_keys=[responsible_id])
    occurrences: Mapped[list["Occurrence"]] = relationship(order_by="Occurrence.position", cascade="all, delete-orphan")
    budget: Mapped[list["BudgetLine"]] = relationship(order_by="BudgetLine.position", cascade="all, delete-orphan")
    co_organizers: Mapped[list["CoOrganizer"]] = relationship(order_by="CoOrganizer.position", cascade="all, delete-orphan")

    def content(self) -> sections.Content:
        """What this revision says, frozen."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in sections.SECTION_OF if name not in PART_FIELDS}
        plain["extra_directions"] = tuple(self.extra_directions or ())
        return sections.Content(
            **plain,
            occurrences=tuple(one.frozen() for one in self.occurrences),
            budget=tuple(sections.BudgetLine(line.name, line.amount, line.source) for line in self.budget),
            co_organizers=tuple(sections.CoOrganizer(one.unit_id, one.contributes) for one in self.co_organizers),
        )


class Occurrence(Model):
    """One date of a revision. `key` stays the same across revisions, so a calendar entry keeps its identity."""

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("revision_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(36))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    setup_from: Mapped[datetime | None]
    teardown_to: Mapped[datetime | None]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))

    def frozen(self) -> sections.Occurrence:
        """This date as a value."""
        return sections.Occurrence(self.key, self.starts_at, self.ends_at, self.setup_from, self.teardown_to, self.venue_id)


class BudgetLine(Model):
    """One line of a revision's estimate."""

    __tablename__ = "budget_line"
    __table_args__ = (Index("ix_budget_line_revision_id", "revision_id"), CheckConstraint("amount >= 0", name="not_negative"))

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Decimal]
    source: Mapped[BudgetSource] = mapped_column(closed_set(BudgetSource, "budget_source"))


class CoOrganizer(Model):
    """Another institution of a revision and what it gives."""

    __tablename__ = "co_organizer"
    __table_args__ = (UniqueConstraint("revision_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    contributes: Mapped[str] = mapped_column(String(300), default="")
    unit: Mapped[Unit] = relationship()


class OccurrenceFate(Model):
    """One approved date cancelled or put off alone, with the reason shown to the public."""

    __tablename__ = "occurrence_fate"
    __table_args__ = (UniqueConstraint("request_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    key: Mapped[str] = mapped_column(String(36))
    mark: Mapped[OccurrenceMark] = mapped_column(closed_set(OccurrenceMark, "occurrence_mark"))
    reason: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]


class Authorship(Model):
    """Who has a hand in a request; kept for good, since nobody decides on an own request."""

    __tablename__ = "authorship"
    __table_args__ = (UniqueConstraint("request_id", "user_id"), Index("ix_authorship_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    how: Mapped[AuthorHow] = mapped_column(closed_set(AuthorHow, "author_how"))
    at: Mapped[datetime]
    user: Mapped[User] = relationship()


class Involvement(Model):
    """Which units see a request, why and how long: the one source of `queries.visible_to`."""

    __tablename__ = "involvement"
    __table_args__ = (
        UniqueConstraint("unit_id", "request_id", "reason"),
        Index("ix_involvement_request_id", "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    reason: Mapped[InvolvedBy] = mapped_column(closed_set(InvolvedBy, "involved_by"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class NumberSeries(Model):
    """The last number given per lead unit and Moscow year."""

    __tablename__ = "number_series"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class RequestTemplate(Model):
    """A start for a new request: what this kind of event usually says. `content` holds fields of Content in plain values."""

    __tablename__ = "request_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(String(600), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    duration_minutes: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)


_CONTENT_COLUMNS = sorted(set(sections.SECTION_OF) - PART_FIELDS)


def _changed(column: str, dialect: str) -> str:
    """«This column differs», nulls included; a JSON column is compared as text on PostgreSQL."""
    if dialect == "sqlite":
        return f"NEW.{column} IS NOT OLD.{column}"
    cast = "::text" if column == "extra_directions" else ""
    return f"NEW.{column}{cast} IS DISTINCT FROM OLD.{column}{cast}"


def _frozen(dialect: str) -> str:
    """A revision past its draft is being rewritten."""
    changed = " OR ".join(_changed(column, dialect) for column in [*_CONTENT_COLUMNS, "no", "request_id"])
    return f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed} OR {_changed('hash', dialect)})"


def _part_guard(table: str, action: str) -> Guard:
    """The parts of a frozen revision stay as they were, and none is moved into it."""
    name = f"{table}_frozen_{action.lower()}"
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[action]
    found = " OR ".join(f"(SELECT state FROM revision WHERE id = {row}.revision_id) <> 'draft'" for row in rows)
    message = "a submitted revision is frozen"
    return Guard(
        name,
        sqlite=(
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW WHEN ({found}) BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {found} THEN RAISE EXCEPTION '{message}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {rows[-1]}; END $$",
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


def _by_dialect(name: str, table: str, action: str, message: str, sqlite: str, postgresql: str) -> Guard:
    """A refusing guard whose condition is written apart for each engine."""
    return Guard(
        name,
        refusing_guard(name, table, action, message, when=sqlite).sqlite,
        refusing_guard(name, table, action, message, when=postgresql).postgresql,
    )


def _moves() -> str:
    """«This is not a listed move», built from TRANSITIONS."""
    listed = " OR ".join(
        f"(OLD.status = '{before.value}' AND NEW.status = '{after.value}')"
        for before, targets in TRANSITIONS.items()
        for after in sorted(targets)
    )
    return f"OLD.status <> NEW.status AND NOT ({listed})"


_BACKWARDS = "ends_at <= starts_at OR starts_at IS NULL OR ends_at IS NULL OR setup_from > starts_at OR teardown_to < ends_at"
_SUBMITTED_BACKWARDS = f"EXISTS (SELECT 1 FROM occurrence WHERE revision_id = NEW.id AND ({_BACKWARDS}))"

guards: tuple[Guard, ...] = (
    _by_dialect("revision_frozen", "revision", "BEFORE UPDATE", "a submitted revision is frozen", _frozen("sqlite"), _frozen("postgresql")),
    refusing_guard("event_request_moves", "event_request", "BEFORE UPDATE", "not a listed change of status", when=_moves()),
    refusing_guard(
        "event_request_number_kept",
        "event_request",
        "BEFORE UPDATE",
        "a number is never changed",
        when="OLD.number IS NOT NULL AND (NEW.number IS NULL OR NEW.number <> OLD.number)",
    ),
    Guard(
        "revision_submitted_whole",
        sqlite=(
            "CREATE TRIGGER revision_submitted_whole BEFORE UPDATE ON revision FOR EACH ROW "
            f"WHEN (OLD.state = 'draft' AND NEW.state = 'in_review' AND {_SUBMITTED_BACKWARDS}) "
            "BEGIN SELECT RAISE(ABORT, 'an occurrence ends before it begins'); END",
        ),
        postgresql=(
            "CREATE FUNCTION revision_submitted_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF OLD.state = 'draft' AND NEW.state = 'in_review' AND {_SUBMITTED_BACKWARDS} THEN "
            "RAISE EXCEPTION 'an occurrence ends before it begins' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN NEW; END $$",
            "CREATE TRIGGER revision_submitted_whole BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION revision_submitted_whole()",
        ),
    ),
    refusing_guard("authorship_kept", "authorship", "BEFORE DELETE", "authorship is kept for good"),
    *(_part_guard(table, action) for table in ("occurrence", "budget_line", "co_organizer") for action in ("INSERT", "UPDATE", "DELETE")),
)
