"""I9: state is derivable. Replaying the audit gives the tables, after every act of a story that has all acts in it; the demo's whole
story is replayed the same way in tests/commands/test_demo.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text

from events.approvals import operations
from events.approvals.vocabulary import Verdict
from events.audit import operations as audit
from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.db import db
from events.requests import operations as writing
from events.requests.models import EventRequest
from tests.fixtures.office import Office
from tests.fixtures.replay import differences
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
GATES = ("dir_pmc", "head_omp", "head_ozpb", "zam")
ASKED = {"venue": None, "expected": 60, "safety_note": "Дежурный у выхода."}
MOVING = frozenset(
    {
        "created", "submitted", "resubmitted", "assigned", "decided", "recalled", "carried", "revoked", "lapsed", "returned", "stopped",
        "taken_back", "rejected", "withdrawn", "approved", "published", "amending", "amended", "postponed", "cancelled", "restored", "held",
    }
)  # fmt: skip
"""Every act that moves a request, a revision, a round or a review."""


class Story:
    """The office, whose every act is followed by a comparison of audit and tables."""

    def __init__(self, office: Office, make: Make) -> None:
        self.office, self.make = office, make

    def same(self) -> None:
        assert self.office.read(differences) == {}

    def draft(self, **changes: Any) -> int:
        made = self.make(**{**ASKED, **changes}).id
        self.same()
        return made

    def submitted(self, *agreed: str, **changes: Any) -> int:
        request_id = self.draft(**changes)
        self.submit(request_id)
        self.agree(request_id, *agreed)
        return request_id

    def submit(self, request_id: int) -> None:
        self.office.submit(request_id)
        self.same()

    def agree(self, request_id: int, *logins: str) -> None:
        for login in logins:
            self.office.agree(request_id, login)
            self.same()

    def decide(self, request_id: int, login: str, verdict: Verdict = Verdict.APPROVE, **more: Any) -> None:
        self.office.decide(request_id, login, verdict, **more)
        self.same()

    def act(self, verb: Callable[..., Any], request_id: int, by: str, **more: Any) -> None:
        self.office.act(lambda now: verb(request_id, by=self.office.by(by), now=now, **more))
        self.same()

    def change(self, request_id: int, **changes: Any) -> None:
        """An amendment begun and handed in."""
        self.act(operations.amend, request_id, "spec_pmc")
        self.office.edit(request_id, **changes)
        self.office.answer_all(request_id)
        self.submit(request_id)

    def time_passes(self) -> None:
        for one in self.office.read(lambda: operations.tick(work.now())):
            self.office.act(lambda now, one=one: operations.pass_time(one, now))
            self.same()


@pytest.mark.engines("sqlite")
def test_i9_replay_of_the_audit_gives_the_tables_after_every_act(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    story = Story(office, a_request)
    story.act(writing.throw_away, story.draft(), "spec_pmc")
    rejected = story.submitted(*GATES[:3])
    story.decide(rejected, "zam", Verdict.REJECT, comment="Дата занята.")
    story.act(operations.withdraw, story.submitted("dir_pmc"), "spec_pmc", reason="Передумали")

    travelled = story.submitted("dir_pmc")
    story.decide(travelled, "head_ozpb", Verdict.RETURN)
    story.act(operations.recall, office.read(lambda: office.review(travelled, "ozpb").id), "head_ozpb")  # type: ignore[arg-type]
    story.decide(travelled, "head_ozpb", Verdict.RETURN)
    story.decide(travelled, "head_omp")
    office.answer_all(travelled)
    office.edit(travelled, safety_note="Два дежурных у выходов.")
    story.submit(travelled)
    assert "carried:approve" in office.states(travelled).values()
    story.act(operations.stop, travelled, "spec_omp", reason="Уточните смету")
    story.submit(travelled)
    story.act(operations.take_back, travelled, "spec_pmc")
    story.submit(travelled)
    story.agree(travelled, *GATES)
    story.act(operations.acknowledge, office.read(lambda: office.review(travelled, "press").id), "press")  # type: ignore[arg-type]

    story.change(travelled, title="Квиз «Нарвская застава»")
    story.agree(travelled, *GATES)
    story.change(travelled, title="Квиз «Красный треугольник»")
    story.agree(travelled, *GATES[:3])
    story.decide(travelled, "zam", Verdict.REJECT, comment="Оставить как было.")
    story.change(travelled, title="Квиз «Автово»")
    story.decide(travelled, "dir_pmc", Verdict.RETURN)
    story.act(operations.withdraw, travelled, "spec_pmc", reason="Не успеваем")
    story.act(operations.postpone, travelled, "dir_pmc", reason="Ливень", occurrence_key=None)
    story.act(operations.withdraw, travelled, "spec_pmc", reason="Новой даты нет")
    story.change(travelled, title="Квиз «Дачное»")
    story.act(operations.cancel, travelled, "dir_pmc", reason="Авария")
    story.act(operations.restore, travelled, "dir_pmc")

    dates = (an_occurrence(), an_occurrence(FIRST_START + timedelta(days=7)))
    series = story.submitted(*GATES, occurrences=dates)
    story.act(operations.cancel, series, "dir_pmc", reason="Зал закрыт", occurrence_key=dates[0].key)
    story.act(operations.cancel, series, "dir_pmc", reason="И второй тоже", occurrence_key=dates[1].key)

    story.change(travelled, title="Квиз «Ульянка»")
    forgotten = story.submitted("dir_pmc")
    freeze.move_to(FIRST_START + timedelta(days=1))
    story.time_passes()
    freeze.shift(timedelta(days=40))
    story.time_passes()
    assert [office.request(one).status.value for one in (travelled, series, forgotten)] == ["completed", "cancelled", "withdrawn"]
    assert office.read(lambda: set(db.session.scalars(select(AuditEntry.action).distinct()))) >= MOVING
    assert office.read(audit.verify).holds


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "behind",
    [
        "UPDATE event_request SET status = 'returned'",
        "UPDATE review SET state = 'revoked' WHERE state = 'open'",
        "UPDATE round SET state = 'withdrawn', closed_at = opened_at",
        "DELETE FROM audit_entry",
    ],
)
def test_i9_replay_sees_what_was_changed_behind_the_audit(
    a_request: Make, office: Office, trying: Callable[[Callable[[], Any]], Any], behind: str
) -> None:
    request_id = a_request(venue=None).id
    office.submit(request_id)

    def act() -> set[int]:
        for trigger in ("audit_entry_keeps", "audit_entry_stays"):
            if behind.startswith("DELETE"):
                _without(trigger)
        db.session.execute(text(behind))
        return set(differences())

    assert trying(act) == {request_id}


def _without(trigger: str) -> None:
    """In this transaction only."""
    db.session.execute(text(f"DROP TRIGGER {trigger}"))
