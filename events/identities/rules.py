"""What a provider's claims say, read as they come: pure, and no shape of a claim makes it fail."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from events.foundation.address import clean_address, is_address
from events.foundation.text import clean_line
from events.identities.vocabulary import Said

LONGEST_NAME = 200
LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, 2: «sub» is at most 255 ASCII characters."""
LINK_LASTS = timedelta(hours=1)
"""How long a link to sign in is good that a command has printed."""
MOST_VALUES = 1000
NAME_PARTS = ("family_name", "given_name", "middle_name")


def said(claims: Mapping[str, Any], issuer: str, roles_claim: str) -> Said | None:
    """What is said of the person; None without a subject that can be kept."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > LONGEST_SUBJECT or clean_line(subject) != subject:
        return None
    email = clean_address(_text(claims.get("email")))
    known = is_address(email)
    return Said(
        issuer=issuer,
        subject=subject,
        email=email if known else "",
        verified=known and claims.get("email_verified") is True,
        full_name=_full_name(claims) or email.partition("@")[0],
        values=values(claims, roles_claim),
    )


def values(claims: Mapping[str, Any], roles_claim: str) -> frozenset[str]:
    """The values of a claim that is one text or a list of texts; its name as it stands, else a path through claims within claims."""
    found: Any = claims.get(roles_claim)
    if found is None:
        found = claims
        for step in roles_claim.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    several = found if isinstance(found, list) else [found]
    return frozenset(one for one in several[:MOST_VALUES] if isinstance(one, str) and one)


def has(claims: Mapping[str, Any], roles_claim: str) -> bool:
    """Whether the claims tell all that is asked for, so that nothing more need be fetched."""
    return "email" in claims and "email_verified" in claims and bool(values(claims, roles_claim))


def sign_in_link(user_id: int, bound_to: str, keys: Sequence[str]) -> str:
    """A token that signs in once; `bound_to` is the account's `fs_uniquifier`, `keys` are the installation's, the present one first."""
    return _links(keys).dumps([user_id, bound_to])


def opened_link(token: str, keys: Sequence[str]) -> tuple[int, str] | None:
    """Whose link it is and what it is bound to; None for what is none of ours or older than an hour."""
    try:
        user_id, bound_to = _links(keys).loads(token, max_age=int(LINK_LASTS.total_seconds()))
    except BadData:
        return None
    return user_id, bound_to


def _links(keys: Sequence[str]) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(keys)), salt="sign-in-link")


def _full_name(claims: Mapping[str, Any]) -> str:
    """Surname first, as the office writes it; the name in one piece where it does not come in parts."""
    parts = [clean_line(_text(claims.get(part))) for part in NAME_PARTS]
    name = " ".join(filter(None, parts)) if parts[0] and parts[1] else clean_line(_text(claims.get("name")))
    return name[:LONGEST_NAME].strip()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
