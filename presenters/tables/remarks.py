"""The author's answer to a remark."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.approvals.vocabulary import RemarkState
from events.foundation.text import N_, Phrase


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """`word` stands by the remark; `button` gives the answer; `choice` is what it is called among the form's choices."""

    word: Phrase
    button: Phrase
    choice: Phrase


ANSWERS: Mapping[RemarkState, AnswerWords | None] = {
    RemarkState.OPEN: None,
    RemarkState.ACCEPTED: AnswerWords(N_("Taken into account"), N_("Taken into account"), N_("Taken into account")),
    RemarkState.DECLINED: AnswerWords(N_("Declined"), N_("Decline with the explanation"), N_("Declined, with an explanation")),
}
