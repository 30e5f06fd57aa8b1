"""How a stage stands on the route picture."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.approvals.vocabulary import StageState
from events.foundation.text import N_, Phrase


@dataclass(frozen=True, slots=True)
class StageWords:
    """`look` is the ending of its classes in the stylesheet; `glyph` is drawn into the station, empty for none."""

    word: Phrase
    look: str
    glyph: str = ""


STAGES: Mapping[StageState, StageWords] = {
    StageState.WAITING: StageWords(N_("ahead"), "waiting"),
    StageState.OPEN: StageWords(N_("the request is here"), "current"),
    StageState.PASSED: StageWords(N_("passed"), "done", "check-lg"),
    StageState.NOT_REQUIRED: StageWords(N_("not required"), "not_required"),
    StageState.RETURNED: StageWords(N_("returned for revision"), "returned", "arrow-return-left"),
    StageState.REJECTED: StageWords(N_("rejected"), "rejected", "x-lg"),
}
