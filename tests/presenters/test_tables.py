"""Every closed list has one table, and every member of it a row there."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from events.approvals.vocabulary import Act, RemarkState, ReviewState, RoundState, SlotKind, StageState, Verdict
from events.audit.vocabulary import Action
from events.calendars.vocabulary import PublicationStatus
from events.district.rule_values import Counts, Matter, Place
from events.people.vocabulary import Role
from events.requests.fields import SECTION_TITLES
from events.requests.vocabulary import OccurrenceMark, RequestStatus, Section
from events.venues.directories import ACCESS
from events.venues.vocabulary import SAID_OF, Tenure
from events.worktime.vocabulary import DayKind
from presenters.phrases import say
from presenters.tables.actions import ACTIONS, NOT_OF_REQUESTS, TOLD_BY_ROUNDS
from presenters.tables.acts import ACTS
from presenters.tables.days import DAYS
from presenters.tables.journal import GROUPS, JOURNAL, ActGroup
from presenters.tables.marks import MARKS
from presenters.tables.publications import DATE_STATES, PUBLICATION_STATES, DateState
from presenters.tables.remarks import ANSWERS
from presenters.tables.reviews import KINDS, REVIEW_STATES, STANDINGS, ReviewStanding
from presenters.tables.roles import ROLES
from presenters.tables.rounds import ROUNDS
from presenters.tables.rules import COUNTED, MATTERS, PLACES
from presenters.tables.stages import STAGES
from presenters.tables.statuses import STATUSES
from presenters.tables.tenures import TENURES
from presenters.tables.verdicts import VERDICTS
from views.drawing import icon

TABLES: dict[type[StrEnum], Mapping[StrEnum, object]] = {
    Act: ACTS,
    ActGroup: GROUPS,
    Action: JOURNAL,
    Counts: COUNTED,
    DateState: DATE_STATES,
    DayKind: DAYS,
    Matter: MATTERS,
    OccurrenceMark: MARKS,
    Place: PLACES,
    PublicationStatus: PUBLICATION_STATES,
    RemarkState: ANSWERS,
    RequestStatus: STATUSES,
    ReviewStanding: STANDINGS,
    ReviewState: REVIEW_STATES,
    Role: ROLES,
    RoundState: ROUNDS,
    Section: SECTION_TITLES,
    SlotKind: KINDS,
    StageState: STAGES,
    Tenure: TENURES,
    Verdict: VERDICTS,
}  # type: ignore[dict-item]  # a table of one list is none of all lists
TONES = {"active", "good", "warn", "bad", "muted"}


@pytest.mark.parametrize("members", TABLES, ids=lambda members: members.__name__)
def test_every_member_has_its_row(members: type[StrEnum]):
    assert set(TABLES[members]) == set(members)


def test_every_recorded_action_is_told_or_said_why_not():
    assert sorted([*ACTIONS, *TOLD_BY_ROUNDS, *NOT_OF_REQUESTS]) == sorted(Action)


def test_every_mark_of_a_date_is_left_by_one_act():
    assert sorted(words.mark for words in ACTIONS.values() if words.mark is not None) == sorted(OccurrenceMark)


def test_every_tone_and_glyph_can_be_drawn():
    rows = [row for table in [*TABLES.values(), ACTIONS] for row in table.values()]
    assert {row.tone for row in rows if hasattr(row, "tone")} <= TONES
    for glyph in {row.glyph for row in rows if hasattr(row, "glyph") and row.glyph}:
        icon(glyph)


@pytest.mark.usefixtures("in_russian")
def test_accessibility_is_called_on_pages_as_in_calendars():
    assert {one: say(phrase) for one, phrase in ACCESS.items()} == SAID_OF
