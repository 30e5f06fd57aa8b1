"""How a round stands or ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.approvals.vocabulary import RoundState
from events.audit.vocabulary import Action
from events.foundation.text import N_, Phrase
from presenters.tables.actions import ACTIONS

SETTLED_WITHOUT = N_("No decision was needed any more: the stage was settled without it.")


@dataclass(frozen=True, slots=True)
class RoundWords:
    """`summary`: beside its name, with %(moment)s; `closing`: its last entry in the history, with tone and glyph; `stage`: the word of the
    stage it ended in, where the stage's own does not say it; `unneeded`: why an open review was released; `to_mend`: what its author is
    told, None where the request did not come back: then what lies behind that stage is not ahead either, and `unreached` says so."""

    summary: Phrase
    closing: Phrase | None
    tone: str
    glyph: str
    stage: Phrase | None = None
    unneeded: Phrase = SETTLED_WITHOUT
    to_mend: Phrase | None = None
    unreached: Phrase | None = None


NOT_REACHED = N_("not reached")

ROUNDS: Mapping[RoundState, RoundWords] = {
    RoundState.OPEN: RoundWords(N_("under way since %(moment)s"), None, "active", "record-circle"),
    RoundState.APPROVED: RoundWords(N_("approved %(moment)s"), N_("The request is approved"), "good", "check-all"),
    RoundState.RETURNED: RoundWords(
        N_("returned %(moment)s"),
        N_("The request went back to its author with all remarks"),
        "bad",
        "arrow-return-left",
        to_mend=N_("Returned for revision. All remarks are answered: submit it again."),
    ),
    RoundState.TAKEN_BACK: RoundWords(
        N_("taken back by the author %(moment)s"),
        N_("The author took the request back for mending"),
        "muted",
        "arrow-return-left",
        N_("taken back by the author"),
        N_("No decision was needed: the author took the request back."),
        N_("Taken back for mending. Submit it again when it is ready."),
    ),
    RoundState.REJECTED: RoundWords(N_("rejected %(moment)s"), N_("The request is rejected"), "bad", "x-lg", unreached=NOT_REACHED),
    RoundState.WITHDRAWN: RoundWords(
        N_("withdrawn %(moment)s"),
        ACTIONS[Action.WITHDRAWN].sentence,
        "muted",
        "arrow-counterclockwise",
        N_("withdrawn"),
        N_("No decision was needed: the request was withdrawn."),
        unreached=NOT_REACHED,
    ),
    RoundState.LAPSED: RoundWords(
        N_("the date passed %(moment)s"),
        N_("The date of the event passed before the approval"),
        "bad",
        "calendar-x",
        N_("the date passed"),
        to_mend=N_("The date passed before the approval: give a new date, or withdraw the request."),
    ),
}
