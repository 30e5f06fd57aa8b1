"""What stands beside the form: the way the request would go, when it would end, what is still missing, in the words of the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.approvals import planning
from events.approvals import queries as approvals
from events.approvals.models import Remark
from events.approvals.planning import Preview, PreviewSlot, PreviewStage
from events.approvals.vocabulary import RemarkState
from events.foundation.text import N_, Phrase
from events.requests import rules
from events.requests.bookings import Clash
from events.requests.fields import SECTION_TITLES
from events.requests.models import EventRequest
from events.requests.rules import Finding
from events.requests.sections import Content
from events.requests.vocabulary import Section
from presenters.reasons import said
from views.presenting import language


@dataclass(frozen=True)
class Side:
    """Everything the side box says of a content as it would be submitted now."""

    preview: Preview
    stages: Sequence[Mapping[str, Any]]
    agreements: Sequence[Mapping[str, Any]]
    clashes: Sequence[Mapping[str, Any]]
    problems: Sequence[Finding]
    warnings: Sequence[Finding]

    @property
    def reasons(self) -> tuple[Phrase | str, ...]:
        """Why this route is taken."""
        return tuple(said(one) for one in self.preview.reasons)

    @property
    def route_name(self) -> str:
        """The route's name in the reader's language."""
        plan = self.preview.plan
        if plan is None:
            return ""
        return (plan.route_name_en if language() == "en" else "") or plan.route_name


def side_of(event_request: EventRequest, content: Content, now: datetime) -> Side:
    """Work it out. Writes nothing."""
    preview = planning.preview(event_request, content, now)
    rows = {one.key: place for place, one in enumerate(content.occurrences)}
    return Side(
        preview=preview,
        stages=[_stage(stage) for stage in preview.stages],
        agreements=_agreements(event_request, preview) if event_request.submitted_at else (),
        clashes=[_clash(one, rows) for one in preview.clashes],
        problems=rules.problems(content, preview.around),
        warnings=rules.warnings(content, preview.around),
    )


def section_words(findings: Iterable[Finding], remarks: Iterable[Remark]) -> dict[Section, tuple[str, Phrase]]:
    """Per section its state for the map and the words beside it: «2 замечания», «осталось 2 поля», «готово»."""
    waiting = [one.section for one in remarks if one.state is RemarkState.OPEN]
    missing = {(finding.section, finding.field) for finding in findings}
    found: dict[Section, tuple[str, Phrase]] = {}
    for section in Section:
        left = sum(one is section for one, _ in missing)
        asked = waiting.count(section)
        if asked:
            found[section] = ("remark", N_("%(n)s remark", "%(n)s remarks", asked))
        elif left:
            found[section] = ("todo", N_("%(n)s field left", "%(n)s fields left", left))
        else:
            found[section] = ("done", N_("complete"))
    return found


def section_items(words: Mapping[Section, tuple[str, Phrase]]) -> list[dict[str, Any]]:
    """The section map's items."""
    return [
        {"title": SECTION_TITLES[one], "url": f"#{one.value}", "id": f"section-{one.value}", "state": state, "word": word}
        for one, (state, word) in words.items()
    ]


def _stage(stage: PreviewStage) -> dict[str, Any]:
    """A stage for the route's picture."""
    if not stage.slots:
        return {"title": stage.title, "state": "not_required", "slots": [], "word": said(stage.skipped[0]) if stage.skipped else None}
    if all(slot.carried for slot in stage.slots):
        return {"title": stage.title, "state": "done", "slots": [_slot(slot) for slot in stage.slots]}
    word = N_("until %(moment)s", moment=stage.due)
    return {"title": stage.title, "state": "waiting", "word": word, "slots": [_slot(slot) for slot in stage.slots]}


def _slot(slot: PreviewSlot) -> dict[str, Any]:
    """A turn for the route's picture."""
    state = "carried" if slot.carried else "orphaned" if slot.orphaned else "waiting"
    word = N_("the agreement of round %(round)s stands", round=slot.carried_round) if slot.carried else None
    return {
        "unit": slot.unit.short_name,
        "kind": slot.kind.value,
        "state": state,
        "word": word,
        "reasons": tuple(said(one) for one in slot.reasons),
    }


def _agreements(event_request: EventRequest, preview: Preview) -> list[dict[str, Any]]:
    """Whose agreement stands and who will be asked again (cases.md 20), each unit once."""
    given = {one.unit for one in approvals.agreements(event_request.id)}
    units = {slot.unit.id: slot.unit.short_name for stage in preview.stages for slot in stage.slots}
    again = {slot.unit.id for stage in preview.stages for slot in stage.slots if not slot.carried}
    return [
        {"unit": name, "stands": key not in again}
        for key, name in units.items()
        if key in given
    ]  # fmt: skip


def _clash(clash: Clash, rows: Mapping[str, int]) -> dict[str, Any]:
    """A taken venue: which row of the form, when, and how far to move the date."""
    minutes = [(one, int((one.start - clash.span.start).total_seconds() // 60)) for one in clash.alternatives]
    row = rows.get(clash.occurrence_key)
    return {
        "venue": clash.venue.name,
        "span": clash.span,
        "row": row,
        "alternatives": [{"span": span, "value": f"{clash.occurrence_key}:{shift}"} for span, shift in minutes],
    }
