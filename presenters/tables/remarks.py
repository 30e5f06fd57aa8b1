"""The author's answer to a remark."""

from collections.abc import Mapping

from events.approvals.vocabulary import RemarkState
from events.foundation.text import N_, Phrase

ANSWERS: Mapping[RemarkState, Phrase | None] = {
    RemarkState.OPEN: None,
    RemarkState.ACCEPTED: N_("Taken into account"),
    RemarkState.DECLINED: N_("Declined"),
}
