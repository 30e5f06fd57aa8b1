"""What a draft still needs is said without its plan, and is what the plan's preview says."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from events.approvals import operations, planning
from events.approvals.findings import findings_of
from events.approvals.vocabulary import Verdict
from events.requests import queries as requests
from events.requests.fields import BudgetLine, CoOrganizer
from events.requests.models import EventRequest
from events.requests.rules import Finding
from events.requests.vocabulary import BudgetSource, Format
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
MOMENTS = (MONDAY, *(FIRST_START - timedelta(days=days) for days in (40, 21, 16, 14, 13, 10, 3)), FIRST_START + timedelta(days=1))
"""Before every last moment, around those of each route, after the date."""
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "nothing": {},
    "explained": {"late_reason": "Приглашение пришло вчера."},
    "short": {"title": "Квиз", "goal": "", "expected": None},
    "large": {"expected": 600},
    "in the open": {"expected": 90, "outdoor": True},
    "online": {"format": Format.ONLINE, "online_url": ""},
    "dear": {"budget": (BudgetLine("", Decimal(0), BudgetSource.SPONSOR),)},
    "free of cost": {"budget": ()},
    "minors": {"age_from": 12, "minors": True, "occurrences": (an_occurrence(FIRST_START + timedelta(hours=5)),)},
    "overlapping": {"occurrences": (an_occurrence(), an_occurrence(FIRST_START + timedelta(hours=1)))},
    "no hours": {"occurrences": (an_occurrence(starts_at=FIRST_START, ends_at=None),)},
    "no date": {"occurrences": ()},
}


def said(office: Office, request_id: int, login: str = "spec_pmc") -> Mapping[str, Mapping[datetime, tuple[tuple[Finding, ...], ...]]]:
    """Of each change at each moment: the findings, and those of the preview."""

    def ask(_now: datetime) -> Any:
        draft, found = requests.writing(request_id, office.by(login)), requests.locked(request_id)

        def at(content: Any, now: datetime) -> tuple[tuple[Finding, ...], ...]:
            return findings_of(replace(draft, content=content), now), planning.preview(found, content, now).problems

        changed = {name: replace(draft.content, **change) for name, change in CHANGES.items()}
        return {name: {now: at(content, now) for now in MOMENTS} for name, content in changed.items()}

    return office.act(ask)  # type: ignore[no-any-return]


def agrees(found: Mapping[str, Mapping[datetime, tuple[tuple[Finding, ...], ...]]]) -> None:
    for change, by_moment in found.items():
        for now, (findings, preview) in by_moment.items():
            assert findings == preview, (change, now)


def late(findings: tuple[Finding, ...]) -> bool:
    return any(one.field == "late_reason" for one in findings)


def test_of_a_draft(a_request: Make, office: Office) -> None:
    found = said(office, a_request().id)
    agrees(found)
    told = {change: [late(findings) for findings, _ in by_moment.values()] for change, by_moment in found.items()}
    assert (any(told["nothing"]), all(told["nothing"]), any(told["explained"])) == (True, False, False)
    assert told["nothing"] != told["large"], "another route wants another lead"


def test_of_a_draft_with_a_co_organizer(a_request: Make, office: Office, cast: Cast) -> None:
    lead = cast.spec_pmc.memberships[0].unit_id
    agrees(said(office, a_request(venue=None, co_organizers=(CoOrganizer(lead, "зал"),)).id))


def test_of_a_request_sent_back(a_request: Make, office: Office) -> None:
    """Handed in in time it is not late, however late its new text is written."""
    request_id = a_request().id
    office.submit(request_id)
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    found = said(office, request_id)
    agrees(found)
    assert not any(late(findings) for findings, _ in found["nothing"].values())


def test_of_a_request_sent_back_that_came_late(a_request: Make, office: Office) -> None:
    request_id = a_request(occurrences=(an_occurrence(MONDAY + timedelta(days=9)),), late_reason="Так вышло.").id
    office.submit(request_id)
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    office.edit(request_id, late_reason="")
    found = said(office, request_id)
    agrees(found)
    assert all(late(findings) for findings, _ in found["nothing"].values())


def test_of_a_change_of_what_is_approved(a_request: Make, office: Office) -> None:
    """A date already held may stay as it was, and a change is never late."""
    request_id = a_request().id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "head_omp", "zam")
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    found = said(office, request_id)
    agrees(found)
    assert not any(late(findings) for by_moment in found.values() for findings, _ in by_moment.values())
    assert found["nothing"][MOMENTS[-1]][0] == ()
