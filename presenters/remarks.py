"""A remark with its author's answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.approvals.models import Remark
from events.foundation.text import Phrase
from events.people.queries import Offices
from events.requests.fields import SECTION_TITLES
from presenters.phrases import Words
from presenters.tables.remarks import ANSWERS


@dataclass(frozen=True, slots=True)
class RemarkShown:
    """`answer_word`: «Учтено» or «Отклонено», None while there is no answer; `answered_by`: a full name."""

    id: int
    unit: Words
    section: Words
    text: str
    blocking: bool = False
    answer: str = ""
    answer_word: Phrase | str | None = None
    answered_by: str | None = None


def remark_shown(one: Remark, offices: Offices, answered_by: Mapping[int, str]) -> RemarkShown:
    """The remark. `answered_by`: full names by user id."""
    words = ANSWERS[one.state]
    return RemarkShown(
        id=one.id,
        unit=offices.units[one.review.unit_id].called,
        section=SECTION_TITLES[one.section],
        text=one.text,
        blocking=one.blocking,
        answer=one.answer,
        answer_word=words.word if words else None,
        answered_by=answered_by.get(one.answered_by_id or 0),
    )
