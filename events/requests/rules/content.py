"""Section «About the event»: texts with their lengths, closed lists, the plan, partners."""

from collections.abc import Iterator

from events.foundation.text import N_
from events.requests.fields import FIELDS, Content
from events.requests.rules.finding import Around, Finding


def texts(content: Content, around: Around) -> Iterator[Finding]:
    """Texts of the афиша and of the plan, with their lengths."""
    if not 8 <= len(content.title) <= 150:
        yield Finding("title", N_("Give the event a title of 8 to 150 characters."))
    if not 50 <= len(content.short_desc) <= 300:
        yield Finding("short_desc", N_("Write an announcement of 50 to 300 characters: it stands in the listings."))
    if len(content.description) > 4000:
        yield Finding("description", N_("Shorten the description to 4,000 characters."))
    if not content.goal:
        yield Finding("goal", N_("State the goal and the expected result: the report is compared with it."))
    elif len(content.goal) > 1000:
        yield Finding("goal", N_("Shorten the goal to 1,000 characters."))


def choices(content: Content, around: Around) -> Iterator[Finding]:
    """Closed lists that must be chosen from."""
    for name, one in FIELDS.items():
        if one.missing is not None and not getattr(content, name):
            yield Finding(name, one.missing)
    if len(content.extra_directions) > 2:
        yield Finding("extra_directions", N_("Leave at most two further directions."))


def plan_and_partners(content: Content, around: Around) -> Iterator[Finding]:
    """Late is not out of plan: two fields with two reasons (cases.md 29)."""
    if content.out_of_plan and not content.out_of_plan_reason:
        yield Finding("out_of_plan_reason", N_("Explain why the event is not in the plan."))
    if around.late and not content.late_reason:
        yield Finding(
            "late_reason", N_("The usual time for submission has passed. Explain the delay: the request will still be considered.")
        )
    if any(one.unit_id == around.lead_unit_id for one in content.co_organizers):
        yield Finding("co_organizers", N_("The lead institution cannot be its own co-organizer: remove it from the list."))
    if content.partners and not content.partners_note:
        yield Finding("partners_note", N_("Name the partners and what they do."))


def title_in_capitals(content: Content, around: Around) -> Iterator[Finding]:
    if len(content.title) > 8 and content.title.isupper():
        yield Finding("title", N_("The title is written in capitals only; ordinary letters read better."))


def late(content: Content, around: Around) -> Iterator[Finding]:
    """Submission after the norm: possible, counted, explained."""
    if around.late:
        yield Finding("late_reason", N_("The request is submitted later than the norm; this will be visible in the figures."))
