"""The first steps of an office: what each is, whether it is done, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from events.beginning.queries import Lack, Progress, RouteFault, TrialLetter
from events.foundation.text import N_, Phrase
from events.outbox.vocabulary import MessageState
from presenters.amounts import number


class Step(StrEnum):
    """The steps in their order."""

    DISTRICT = "district"
    UNITS = "units"
    PEOPLE = "people"
    VENUES = "venues"
    ROUTES = "routes"
    CALENDAR = "calendar"
    MAIL = "mail"


TITLES: Mapping[Step, Phrase] = {
    Step.DISTRICT: N_("Name and address of the district"),
    Step.UNITS: N_("Units"),
    Step.PEOPLE: N_("People"),
    Step.VENUES: N_("Venues"),
    Step.ROUTES: N_("Approval routes"),
    Step.CALENDAR: N_("Production calendar of this year"),
    Step.MAIL: N_("Letters"),
}

LACKS: Mapping[Lack, Phrase] = {
    Lack.NO_UNIT: N_("There is no unit with the key “%(unit)s”. Routes: %(routes)s."),
    Lack.CLOSED: N_("%(unit)s: the unit is out of use. Routes: %(routes)s."),
    Lack.NO_HEAD: N_("%(unit)s: nobody is head, so nobody can decide. Routes: %(routes)s."),
    Lack.NO_REVIEWER: N_("%(unit)s: there is neither reviewer nor head, so nobody can decide. Routes: %(routes)s."),
}


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step; `missing` says what is still to be done, None where it is done."""

    step: Step
    title: Phrase
    missing: Phrase | None


def first_steps(progress: Progress, *, mail_server: bool) -> tuple[FirstStep, ...]:
    """All of them in order."""
    missing = {
        Step.DISTRICT: None if progress.district else N_("Say what the district is called and where its administration is."),
        Step.UNITS: None if progress.institutions else N_("Add at least one institution, and the departments that approve."),
        Step.PEOPLE: None if progress.writers else N_("Invite at least one author or head of an institution, and those who approve."),
        Step.VENUES: None if progress.venues else N_("Add at least one venue."),
        Step.ROUTES: _routes(progress),
        Step.CALENDAR: None if progress.calendar else N_("The calendar of this year is not there: deadlines would be counted wrongly."),
        Step.MAIL: letter_missing(progress.letter, mail_server=mail_server),
    }
    return tuple(FirstStep(step, TITLES[step], missing[step]) for step in Step)


def letter_missing(letter: TrialLetter | None, *, mail_server: bool) -> Phrase | None:
    """Why it is not certain yet that letters arrive."""
    if not mail_server:
        return N_("No mail server is set, so letters are files on the server. Whoever runs it sets MARSHRUT_SMTP_URL.")
    if letter is None:
        return N_("Send yourself a trial letter.")
    if letter.state is MessageState.SENT:
        return None
    if letter.last_error:
        return N_("The trial letter could not be sent.")
    return N_("The trial letter waits to be sent. If it still waits in some minutes, the service that sends letters is not running.")


def faults_said(faults: Sequence[RouteFault]) -> tuple[Phrase, ...]:
    """What is wrong with the routes in force, a sentence for each unit."""
    return tuple(_with(LACKS[one.lack], one) for one in faults)


def _with(words: Phrase, fault: RouteFault) -> Phrase:
    return Phrase(words.msgid, words.plural, words.n, {"unit": fault.unit, "routes": ", ".join(fault.routes)})


def _routes(progress: Progress) -> Phrase | None:
    if not progress.routes:
        return N_("There is no route yet, so no request can be submitted.")
    if progress.faults:
        return N_("Units that the routes ask cannot decide yet: %(units)s.", units=number(progress.faults))
    return None
