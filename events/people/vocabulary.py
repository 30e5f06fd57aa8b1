"""Words of people: kinds of units and roles in them."""

from enum import StrEnum


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
