"""What a person may do with a whole request: how it is offered, what it will do, what is said when it is done."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from events.approvals.vocabulary import Act
from events.district.rules import Rules
from events.foundation.text import N_, Phrase


class Offer(StrEnum):
    """How an act is offered on the request's page: as a button, by a page of its own that asks for the reason, or somewhere else."""

    BUTTON = "button"
    PAGE = "page"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Term:
    """For how many working days an act leaves something open, as a rule of the office says; `today`: said where it is none."""

    days: Callable[[Rules], int]
    said: Callable[[int], Phrase]
    today: Phrase


@dataclass(frozen=True, slots=True)
class ActWords:
    """`text`: what it will do, and `term`: for how long; `link`: to the page that asks why; `grave`: it cannot simply be undone;
    `done`: said afterwards."""

    title: Phrase
    text: Phrase | None
    button: Phrase
    glyph: str
    offer: Offer
    done: Phrase | None = None
    link: Phrase | None = None
    grave: bool = False
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class OfferedAct:
    """An act the reader may do now; `term`: how long what it leaves open lasts today."""

    act: Act
    words: ActWords
    term: Phrase | None

    @property
    def by_button(self) -> bool:
        """Whether a button does it at once."""
        return self.words.offer is Offer.BUTTON

    @property
    def asks(self) -> bool:
        """Whether a page of its own asks for the reason first."""
        return self.words.offer is Offer.PAGE

    @property
    def begins_another(self) -> bool:
        """Whether it leads to another request than this one."""
        return self.act is Act.COPY


_HELD = Term(
    lambda rules: rules.hold_returned_working_days,
    lambda days: N_("The venue stays held for %(n)s working day.", "The venue stays held for %(n)s working days.", n=days),
    N_("The venue stays held until the end of the working day."),
)
_RESTORABLE = Term(
    lambda rules: rules.restore_within_working_days,
    lambda days: N_(
        "The head of the institution can take it back within %(n)s working day.",
        "The head of the institution can take it back within %(n)s working days.",
        n=days,
    ),
    N_("The head of the institution can take it back until the end of the working day."),
)


_WITHDRAWN = N_("Withdrawn. Those who were asked for a decision have been released.")

ACTS: Mapping[Act, ActWords] = {
    Act.EDIT: ActWords(N_("Mend and submit"), None, N_("Go on writing"), "pencil", Offer.ELSEWHERE),
    Act.THROW_AWAY: ActWords(
        N_("Throw the draft away"),
        N_("The draft will disappear from every list. It has not been submitted, so nobody has to be told."),
        N_("Throw away"),
        "trash3",
        Offer.ELSEWHERE,
        N_("The draft has been thrown away."),
        grave=True,
    ),
    Act.TAKE_BACK: ActWords(
        N_("Take back for mending"),
        N_("Open decisions are released; those already made stay valid for sections that do not change."),
        N_("Take back"),
        "arrow-return-left",
        Offer.BUTTON,
        N_("The request is yours again. Mend it and submit it once more."),
        term=_HELD,
    ),
    Act.RETURN_NOW: ActWords(
        N_("Return now"),
        N_("A return is at hand and another decision is overdue: the author gets the remarks now, the others decide in the next round."),
        N_("Return to the author"),
        "skip-forward",
        Offer.BUTTON,
        N_("The request has been returned to its author with the remarks at hand."),
    ),
    Act.AMEND: ActWords(
        N_("Change what is approved"),
        N_("A new revision begins. What is approved stays in force and public until the change is approved too."),
        N_("Write a change"),
        "pencil-square",
        Offer.BUTTON,
        N_("You are writing a change. What is approved stays in force until the change is approved too."),
    ),
    Act.RESTORE: ActWords(
        N_("Restore the event"),
        N_("The cancellation is taken back if the venue is still free."),
        N_("Restore"),
        "arrow-counterclockwise",
        Offer.BUTTON,
        N_("The event is in force again."),
    ),
    Act.RESTORE_DATE: ActWords(
        N_("Restore a date"),
        N_("The cancellation of one date is taken back if its venue is still free. A date that had been put off is put off again."),
        N_("Restore the date"),
        "arrow-counterclockwise",
        Offer.PAGE,
        N_("The date stands again."),
        N_("Restore a date…"),
    ),
    Act.COPY: ActWords(N_("Create a copy"), N_("A new draft says the same, without dates and number."), N_("Copy"), "files", Offer.BUTTON),
    Act.POSTPONE: ActWords(
        N_("Postpone the event"),
        N_(
            "The public page and calendars warn at once. With a known date you write the change next; a date not known yet "
            "is called off until an approved change gives it a new time."
        ),
        N_("Postpone"),
        "calendar-event",
        Offer.PAGE,
        N_("The public has been warned. Give the new date in the change and submit it."),
        N_("Postpone the event…"),
    ),
    Act.CANCEL: ActWords(
        N_("Cancel the event"),
        N_("The cancellation takes effect at once: the public page, calendars and letters will say so."),
        N_("Cancel the event"),
        "slash-circle",
        Offer.PAGE,
        N_("Cancelled. Subscribers and approvers are told."),
        N_("Cancel the event…"),
        grave=True,
        term=_RESTORABLE,
    ),
    Act.STOP: ActWords(
        N_("Stop the approval"),
        N_("The request goes back to its author with your reason. Decisions already made stay valid for the sections that do not change."),
        N_("Stop the approval"),
        "sign-stop",
        Offer.PAGE,
        N_("The approval has been stopped; the request is back with its author."),
        N_("Stop the approval…"),
        grave=True,
    ),
    Act.WITHDRAW: ActWords(
        N_("Withdraw the request"),
        N_(
            "The request leaves its route for good. Open decisions are released, the venue becomes free. "
            "Its number is not used again; you can go on with a copy."
        ),
        N_("Withdraw"),
        "box-arrow-left",
        Offer.PAGE,
        _WITHDRAWN,
        N_("Withdraw the request…"),
        grave=True,
    ),
}
"""In the order in which a page offers them."""
_WITHDRAW_CHANGE = ActWords(
    N_("Withdraw the change"),
    N_("The change leaves its route; what is approved stays in force."),
    N_("Withdraw"),
    "box-arrow-left",
    Offer.PAGE,
    _WITHDRAWN,
    N_("Withdraw the change…"),
    grave=True,
)


def offered_act(act: Act, rules: Callable[[], Rules], *, of_change: bool) -> OfferedAct:
    """The act as it is offered; `of_change`: a change of what is approved is under way, and only that can be withdrawn.

    `rules`, those of today, are read only for an act whose term depends on them.
    """
    words = _WITHDRAW_CHANGE if of_change and act is Act.WITHDRAW else ACTS[act]
    return OfferedAct(act, words, _term(words.term, rules()) if words.term else None)


def offered_acts(allowed: Collection[Act], rules: Callable[[], Rules], *, of_change: bool) -> tuple[OfferedAct, ...]:
    """The acts a page offers of those allowed, in the order of the table."""
    offered = (act for act in ACTS if act in allowed and ACTS[act].offer is not Offer.ELSEWHERE)
    return tuple(offered_act(act, rules, of_change=of_change) for act in offered)


def _term(term: Term, rules: Rules) -> Phrase:
    days = term.days(rules)
    return term.said(days) if days else term.today
