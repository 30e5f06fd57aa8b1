"""Every directory an administrator keeps, in the order in which an installation fills them: pages and commands go through this table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from events.approvals import queries as approvals
from events.district.directories import DIRECTIONS, EVENT_TYPES, REASON_CODES
from events.district.directory import Directory
from events.foundation.text import N_, Phrase
from events.identities.directories import CLAIM_ROLES
from events.people import operations as people
from events.people.directories import PEOPLE, UNITS
from events.people.models import Unit
from events.venues.directories import VENUES


def _check_unit(values: Mapping[str, Any], row: Unit | None) -> Mapping[str, Phrase]:
    """The rules of units, and that none goes out of use while something waits for its decision."""
    faults = dict(UNITS.check(values, row))
    if row is not None and row.active and not values["active"] and (count := approvals.turns_of_unit(row.id)):
        faults["active"] = N_(
            "%(count)s review waits for this unit. Let it be decided or stop the request, then take the unit out of use.",
            "%(count)s reviews wait for this unit. Let them be decided or stop the requests, then take the unit out of use.",
            count,
            count=count,
        )
    return faults


_ALL = (
    replace(UNITS, check=_check_unit), replace(PEOPLE, keeper=people.Accounts()), VENUES, DIRECTIONS, EVENT_TYPES, REASON_CODES,
    CLAIM_ROLES,
)  # fmt: skip
DIRECTORIES: Mapping[str, Directory] = {one.key: one for one in _ALL}
