"""The first steps with the pages where each is done, as the desk and the administrator's own page show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from events.beginning import queries
from events.foundation.text import Phrase
from events.people.models import User
from presenters.first_steps import Step, first_steps

PLACES: Mapping[Step, tuple[str, str | None]] = {
    Step.DISTRICT: ("administration.district", None),
    Step.UNITS: ("administration.listing", "units"),
    Step.PEOPLE: ("administration.listing", "people"),
    Step.VENUES: ("administration.listing", "venues"),
    Step.ROUTES: ("administration.first_routes", None),
    Step.CALENDAR: ("worktime.this_year", None),
    Step.MAIL: ("administration.first_letter", None),
}
"""The page of each, with the directory it is."""


@dataclass(frozen=True, slots=True)
class LedStep:
    """A step and the page where it is done."""

    title: Phrase
    missing: Phrase | None
    url: str


def has_mail_server() -> bool:
    """Whether letters leave the server at all."""
    return bool(current_app.config["SETTINGS"].smtp_url)


def _url(step: Step) -> str:
    endpoint, table = PLACES[step]
    return url_for(endpoint, table=table) if table else url_for(endpoint)


def led_steps(now: datetime) -> tuple[LedStep, ...]:
    """All steps in order."""
    found = first_steps(queries.progress(now), mail_server=has_mail_server())
    return tuple(LedStep(one.title, one.missing, _url(one.step)) for one in found)


def steps_on_desk(reader: User, now: datetime) -> tuple[LedStep, ...]:
    """All steps, while one is left and the reader has not folded them away; else none."""
    steps = led_steps(now) if queries.leads(reader) else ()
    return steps if any(one.missing for one in steps) else ()
