"""Where the administrator begins: every directory with how many rows it has."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from events.district.queries import in_use
from events.district.rules import DECLARED
from events.foundation.text import N_, Phrase
from events.people.vocabulary import Role
from presenters.tables.directories import DIRECTORIES
from views import access
from views.administration.blueprint import bp


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the administrator's; `count` of the rows it has in use, None where it has none to count."""

    title: Phrase
    told: Phrase
    url: str
    count: int | None = None


@bp.get("/")
@access.staff_as(Role.ADMIN)
def index() -> ResponseReturnValue:
    """All places of the administrator."""
    kept = [Place(one.title, one.told, url_for(".listing", table=table), in_use(one)) for table, one in DIRECTORIES.items()]
    calendar = Place(
        N_("Production calendar"),
        N_("Working days, days off and shortened days, by which every deadline is counted."),
        url_for("worktime.this_year"),
    )
    journal = Place(N_("Journal"), N_("Who did what and when: by person, request, act and period; security events."), url_for(".journal"))
    rules = Place(
        N_("Rules and thresholds"),
        N_("Hours, ages, counts and terms by which requests are checked and led, with the law each rests on."),
        url_for(".rules"),
        len(DECLARED),
    )
    return render_template("administration/index.html", places=[*kept, *_begun(), calendar, rules, journal])


def _begun() -> list[Place]:
    """What an office begins with."""
    return [
        Place(N_("The district"), N_("What it is called and where its administration is."), url_for(".district")),
        Place(
            N_("First steps"),
            N_("What is still missing before a request can go its way: routes, people, letters."),
            url_for(".first_steps"),
        ),
    ]
