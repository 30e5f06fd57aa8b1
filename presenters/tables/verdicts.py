"""What was decided: in the history, on the route picture, and as the button that decides it."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.approvals.vocabulary import Verdict
from events.foundation.text import N_, Phrase
from presenters.tables.reviews import ReviewStanding


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """`final_verb` and `final_button` are those of a confirming review, where they differ; `final_step` opens the warning that stands
    there before the button; `look` is the button's class, `key` its key."""

    verb: Phrase
    tone: str
    glyph: str
    standing: ReviewStanding
    button: Phrase
    look: str
    key: str = ""
    final_verb: Phrase | None = None
    final_button: Phrase | None = None
    final_step: Phrase | None = None


VERDICTS: Mapping[Verdict, VerdictWords] = {
    Verdict.APPROVE: VerdictWords(
        N_("agreed"),
        "good",
        "check-lg",
        ReviewStanding.APPROVED,
        N_("Agree"),
        "btn-primary",
        "KeyA",
        N_("approved finally"),
        N_("Approve finally"),
        N_("Approve finally…"),
    ),
    Verdict.APPROVE_WITH_REMARKS: VerdictWords(
        N_("agreed with remarks"),
        "warn",
        "chat-left-dots",
        ReviewStanding.REMARKS,
        N_("Agree with remarks"),
        "btn-secondary",
        final_button=N_("Approve with remarks"),
        final_step=N_("Approve with remarks…"),
    ),
    Verdict.RETURN: VerdictWords(
        N_("returned for revision"),
        "bad",
        "arrow-return-left",
        ReviewStanding.RETURNED,
        N_("Return for revision"),
        "btn-secondary",
        "KeyR",
        final_button=N_("Return"),
    ),
    Verdict.REJECT: VerdictWords(N_("rejected"), "bad", "x-lg", ReviewStanding.REJECTED, N_("Reject"), "btn-danger"),
    Verdict.OPINION: VerdictWords(
        N_("gave an opinion"), "good", "chat-left-text", ReviewStanding.OPINION, N_("Send the opinion"), "btn-primary", "KeyA"
    ),
    Verdict.ACKNOWLEDGED: VerdictWords(
        N_("has been informed"), "good", "eye", ReviewStanding.ACKNOWLEDGED, N_("I have been informed"), "btn-primary"
    ),
}


def verb(verdict: Verdict, *, confirming: bool) -> Phrase:
    """What was done by deciding so."""
    words = VERDICTS[verdict]
    return words.final_verb if confirming and words.final_verb is not None else words.verb
