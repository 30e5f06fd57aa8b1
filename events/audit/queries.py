"""Reading what was recorded."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.db import db


def entries_about(subject: work.Subject, actions: Collection[str]) -> Sequence[AuditEntry]:
    """The entries of these actions about one subject, oldest first."""
    kind, identity = subject
    asked = select(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == identity, AuditEntry.action.in_(actions))
    return db.session.scalars(asked.order_by(AuditEntry.seq)).all()
