"""Words of people: kinds of units and roles in them."""

from enum import StrEnum

from events.foundation.text import N_, Phrase


class UnitKind(StrEnum):
    """What a unit is in the district."""

    ADMINISTRATION = "administration"
    DEPARTMENT = "department"
    INSTITUTION = "institution"
    OUTSIDE = "outside"


class Role(StrEnum):
    """What a person may do in a unit; coordinator, admin and analyst are district-wide (domain.md section 1)."""

    AUTHOR = "author"
    HEAD = "head"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    ADMIN = "admin"
    ANALYST = "analyst"


class AttemptKind(StrEnum):
    """What is throttled by attempts."""

    SIGN_IN = "sign_in"
    RESET = "reset"


def no_such_unit(key: str) -> Phrase:
    """Said wherever a document names a unit by a key that is none."""
    return N_("there is no unit “%(unit)s”", unit=key)
