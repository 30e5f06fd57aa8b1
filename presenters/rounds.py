"""What a round is called."""

from events.approvals.models import Round
from events.foundation.text import N_, Phrase


def round_name(round_: Round) -> Phrase:
    """«Круг 2», «Круг 3, изменение»"""
    return N_("Round %(no)s, change", no=round_.no) if round_.amendment else N_("Round %(no)s", no=round_.no)
