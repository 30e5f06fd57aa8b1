"""Words of identities: the provider as it is set, what it says of somebody, why somebody is not let in. Pure."""

from dataclasses import dataclass, field

from events.foundation.text import N_, Phrase


@dataclass(frozen=True)
class Provider:
    """The office's provider of sign-in, as MARSHRUT_OIDC_* name it. `only`: nobody signs in by password."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    """What stands on the button: «Keycloak района»."""
    scopes: tuple[str, ...]
    roles_claim: str
    """Which claim holds what roles come from; a dotted path where it stands inside another: «realm_access.roles»."""
    only: bool


@dataclass(frozen=True)
class Said:
    """What the provider says of somebody, as it is stored here. `verified`: whether it says that the address is theirs."""

    issuer: str
    subject: str
    email: str
    verified: bool
    full_name: str
    values: frozenset[str]
    """Values of the claim that gives roles."""


BLOCKED = N_("Your account here is closed. Ask the administrator of the district to open it.")
UNVERIFIED = N_("The provider does not confirm that the e-mail address is yours, so it opens no account here. Ask those who keep it.")
BOUND_ELSEWHERE = N_(
    "There is an account with your e-mail address, but another sign-in of the provider opens it. Ask the administrator of the district."
)
WITHOUT_ROLE = N_("The provider knows you, but you have no role here. Ask the administrator of the district for one.")

REFUSALS: dict[str, Phrase] = {
    "blocked": BLOCKED,
    "unverified": UNVERIFIED,
    "bound elsewhere": BOUND_ELSEWHERE,
    "without role": WITHOUT_ROLE,
}
"""Why somebody the provider knows is not let in, by the word the audit keeps."""
