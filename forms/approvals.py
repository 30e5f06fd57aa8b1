"""Forms of approval: a decision with its remarks, and acts on a whole request that need a reason."""

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from events.approvals.vocabulary import CHOOSE_DECISION, GIVE_REASON, Verdict
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.requests.vocabulary import Section
from forms.fields import BaseForm, PickField, TextField, options
from presenters.language import lazy_gettext as _

REMARK_MAX = 2000
COMMENT_MAX = 2000
REASON_MAX = 1000


def _remark_name(section: str) -> str:
    return f"remark_{section}"


def _verdict() -> PickField:
    return PickField(_("Decision"), kind=Verdict, required=CHOOSE_DECISION)


def _comment() -> TextField:
    return TextField(_("Comment on the decision"), required=False, most=COMMENT_MAX)


class _OfWhatWasSeen(BaseForm):
    """A form about one state of a review: `version` and `revision_no` are of the page the person saw."""

    version = HiddenField()
    revision_no = HiddenField()

    @property
    def seen(self) -> tuple[int, int]:
        """The version of the review and the number of the revision that were looked at; 0 where that cannot be read."""
        return _whole(self.version.data), _whole(self.revision_no.data)


class ApprovalForm(_OfWhatWasSeen):
    """«Утвердить» with nothing remarked, as most decisions are sent: a decision without a field for each section."""

    verdict = _verdict()
    comment = _comment()
    reason: None = None
    remarks: Sequence[tuple[Section, str]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.verdict.choices = options((one, one.value) for one in Verdict)


class _Remarks(_OfWhatWasSeen):
    """A field for remarks on each section."""


for _section in Section:
    setattr(_Remarks, _remark_name(_section), TextField(_("What to change here"), required=False, most=REMARK_MAX))


class DecisionForm(_Remarks):
    """One decision: the verdict is the button pressed; remarks stand at their sections, a field for each.

    Fields stand in the order of the page, in which their errors are listed.
    """

    verdict = _verdict()
    reason_code = PickField(_("Reason of the return"), required=False)
    comment = _comment()

    def __init__(self, verdicts: Iterable[Verdict], reasons: Iterable[tuple[str, str]], first: Section, draft: str = "") -> None:
        """`first`: the section at which a missing remark is asked for; `draft`: the text kept when a decision was recalled."""
        super().__init__(data=_from_draft(draft))
        self.verdict.choices = options((one, one.value) for one in verdicts)
        self.reason_code.choices = options(reasons, empty=str(_("not chosen")))
        self.first = first

    def remark(self, section: Section) -> Any:
        """The field of the section's remark."""
        return self[_remark_name(section)]

    @property
    def remarks(self) -> list[tuple[Section, str]]:
        """What was remarked, by section, in the order of the form."""
        return [(section, self.remark(section).data) for section in Section if self.remark(section).data]

    @property
    def reason(self) -> str | None:
        """The code of the reason chosen."""
        return self.reason_code.data  # type: ignore[no-any-return]  # wtforms is untyped

    def put_refusals(self, refused: Refused, say: Callable[[Phrase], str] | None = None) -> Phrase | None:
        """The missing remark is asked for at the first section one answers for."""
        fields = {_remark_name(self.first) if name == "remarks" else name: phrase for name, phrase in refused.fields.items()}
        return super().put_refusals(Refused(refused.phrase, fields), say)


def is_bare_approval(sent: Mapping[str, str]) -> bool:
    """Whether the fields sent approve and remark nothing."""
    remarked = any(name.startswith(_remark_name("")) and text.strip() for name, text in sent.items())
    return sent.get("verdict") == Verdict.APPROVE.value and not remarked


def _reason() -> TextField:
    return TextField(_("Reason"), required=GIVE_REASON, most=REASON_MAX)


class ReasonForm(BaseForm):
    """An act that others are told about, with its reason."""

    reason = _reason()


class DateReasonForm(ReasonForm):
    """The same for the whole event or one of its dates, asked in the order of the page."""

    occurrence_key = PickField(_("What"), required=False)
    reason = _reason()

    def __init__(self, dates: Collection[tuple[str, str]], whole: str) -> None:
        """`dates`: the approved dates by key; `whole`: what the empty choice is called."""
        super().__init__()
        self.occurrence_key.choices = options(dates, empty=whole)


class DateForm(BaseForm):
    """One of the dates of an event."""

    occurrence_key = PickField(_("Date"), required=N_("Choose the date."))

    def __init__(self, dates: Collection[tuple[str, str]]) -> None:
        """`dates`: what is offered, by key; a single one is chosen already."""
        super().__init__()
        self.occurrence_key.choices = options(dates, empty=None if len(dates) == 1 else str(_("not chosen")))


class ShownForm(BaseForm):
    """The reviews one page of a list shows, so that what comes after it was drawn is not marked with them."""

    shown = HiddenField()

    def __init__(self, review_ids: Iterable[int] = ()) -> None:
        super().__init__(data={"shown": " ".join(map(str, review_ids))})

    @property
    def review_ids(self) -> list[int]:
        """Their ids; 0 where one cannot be read."""
        return [_whole(one) for one in (self.shown.data or "").split()]


def fresh_nonce() -> str:
    """The name of one rendered button, so that pressing it twice has one effect (I16)."""
    return secrets.token_urlsafe(16)


def _from_draft(draft: str) -> dict[str, str]:
    """The kept text as the form's own data; what cannot be read is no text."""
    try:
        kept: dict[str, Any] = json.loads(draft) if draft else {}
    except ValueError:
        return {}
    remarks = {_remark_name(one["section"]): one["text"] for one in kept.get("remarks", ())}
    return {**remarks, "comment": kept.get("comment", "")}


def _whole(typed: str | None) -> int:
    """A number of a hidden field."""
    text = typed or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
