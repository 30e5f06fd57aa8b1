"""I20: times end after they begin, and a server clock that steps back disturbs neither decisions nor the order of the audit."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from sqlalchemy import select

from events.approvals import operations
from events.audit import operations as audit
from events.audit.models import AuditEntry
from events.calendars.models import Publication
from events.foundation.db import db
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from tests.fixtures.office import Office

STEP = timedelta(hours=1)


def test_i20_a_clock_stepping_back_an_hour_loses_no_decision(
    a_request: Callable[..., EventRequest], office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = a_request().id
    office.submit(request_id)
    freeze.shift(-STEP)
    office.approve_by(request_id, "dir_pmc", "head_omp", "zam")
    assert office.request(request_id).status is RequestStatus.PUBLISHED
    freeze.shift(-STEP)
    office.act(lambda now: operations.cancel(request_id, reason="Болезнь ведущего", by=office.by("spec_pmc"), now=now))
    told = office.read(lambda: db.session.scalars(select(Publication)).one())
    assert (told.status.value, told.sequence) == ("cancelled", 1)
    assert office.read(audit.verify).holds
    acts = office.read(lambda: db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all())
    wanted = [action for action in acts if action in ("submitted", "approved", "cancelled")]
    assert wanted == ["submitted", "approved", "cancelled"]
