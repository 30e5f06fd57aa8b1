"""Which roles the provider's claims give, as a directory."""

from collections.abc import Mapping
from typing import Any

from events.district.columns import Column
from events.district.directory import ACTIVE, Directory, coded
from events.district.kinds import Line, Word
from events.foundation.text import N_, Phrase
from events.identities.models import ClaimRole
from events.identities.queries import twin
from events.people.directories import ROLES, unit_offers


def _check(values: Mapping[str, Any], row: ClaimRole | None) -> Mapping[str, Phrase]:
    """No two rows say the same."""
    found = twin(values, row.code if row else None)
    return {} if found is None else {"value": N_("The row “%(code)s” says the same already.", code=found)}


CLAIM_ROLES = Directory(
    "claim-roles",
    N_("Roles by the provider"),
    N_("Which role in which unit a value of the provider's claim gives. It acts at the person's next sign-in."),
    ClaimRole,
    "claim_role",
    (
        coded(),
        Column(
            "value",
            N_("Value of the claim"),
            Line(200),
            required=N_("Please write the value."),
            hint=N_("As the provider writes it, capitals and all: “marshrut-authors”. Several rows may have the same value."),
            language="zxx",
        ),
        Column("unit_id", N_("Unit"), Line(40), of="units", required=N_("Please choose the unit.")),
        Column("role", N_("Role"), Word(ROLES), required=N_("Please choose the role.")),
        ACTIVE,
    ),
    searched=("code", "value", "unit_id", "role"),
    order=("value", "code"),
    check=_check,
    offers=unit_offers,
    notes=(
        N_(
            "Roles that came from the provider are given and taken at each sign-in; those given by hand stay. "
            "The last administrator stays one."
        ),
        N_(
            "Somebody without an account gets one at the first sign-in, if a row here gives a role and the provider says that the e-mail "
            "address is confirmed. Whoever is dismissed stays outside."
        ),
        N_(
            "Which providers the law allows (Federal Law No. 149-FZ, article 8): visitors sign in by telephone, ESIA, the Unified "
            "Biometric System or a service owned in Russia; staff by the office's own Keycloak or ESIA. A foreign e-mail address is "
            "allowed, a foreign provider of sign-in is not."
        ),
    ),
)
