"""What is to be told to whom, on whichever channel: facts and ids, no sentence of ours and no address of a page."""

from dataclasses import dataclass
from datetime import datetime

from events.foundation.text import Name

NOBODY = Name("")
"""Where the matter has no unit to tell of."""


@dataclass(frozen=True)
class NoticedRemark:
    """One remark, with the unit that made it and the key of the section it is about."""

    unit: Name
    section: str
    text: str


@dataclass(frozen=True)
class Notice:
    """Read when it is worded, so that it is never older than its sending."""

    kind: str
    level: str
    name: str
    account: str
    """The address the person signs in with, which letters about the account name."""
    locale: str
    request_id: int | None = None
    number: str = ""
    title: str = ""
    lead_unit: Name = NOBODY
    amendment: bool = False
    review_id: int | None = None
    unit: Name = NOBODY
    consult: bool = False
    """Asked for an opinion, not for an agreement."""
    confirming: bool = False
    due_at: datetime | None = None
    starts_at: datetime | None = None
    reason: str = ""
    mark: str = ""
    remarks: tuple[NoticedRemark, ...] = ()
    count: int = 1
    """How many working hours are left or working days have passed, as the rules had it when the message was planned."""
    digest: str = ""
    """The checksum of the journal's last entry, whose number is `count`."""
