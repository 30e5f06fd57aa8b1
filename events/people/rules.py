"""Rules of accounts, pure: passwords, the throttle, how long a sign-in lives."""

import hashlib
import ipaddress
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from events.foundation.text import N_, Phrase

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)
PROOF_LASTS = timedelta(hours=4)
"""cases.md 44 and 45."""

THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ORIGIN = 20

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FEWEST_DIFFERENT = 5
LOCALES = ("ru", "en")

NO_PASSWORD = "!"  # noqa: S105 -- a mark no hash begins with, so nothing verifies against it

_HASHER = PasswordHasher()
"""argon2id with the second recommended parameters of RFC 9106: 64 MiB, 3 passes, 4 lanes."""
_HASHING = BoundedSemaphore(4)
"""At most four hashes at once in a process, or a burst of sign-ins would take all memory."""


def hash_password(plain: str) -> str:
    """The argon2id hash of the password. Takes about 0.2 s: never call it inside a transaction.

    Normalised to NFKD as Flask-Security does, or a password with «й» or «ё» typed elsewhere would never match.
    """
    with _HASHING:
        return _HASHER.hash(_normal(plain))


def password_matches(plain: str, stored: str | None) -> bool:
    """Whether the password is the stored one. Without a stored one it takes as long and answers no (reliability.md T14)."""
    with _HASHING:
        try:
            return _HASHER.verify(stored if stored and not stored.startswith(NO_PASSWORD) else _NOBODYS, _normal(plain))
        except (VerificationError, InvalidHashError):
            return False


def password_weakness(plain: str, *, email: str) -> Phrase | None:
    """What is wrong with a new password, or None. Length counts, kinds of characters do not (ASVS 5.0, 6.2)."""
    if len(plain) < SHORTEST_PASSWORD:
        return N_(
            "Please choose a password of at least %(least)s characters: a short sentence is easy to remember.", least=SHORTEST_PASSWORD
        )
    if len(plain) > LONGEST_PASSWORD:
        return N_("Please choose a password of at most %(most)s characters.", most=LONGEST_PASSWORD)
    if len(set(plain.lower())) < FEWEST_DIFFERENT:
        return N_("Please choose a password in which characters repeat less.")
    if email.split("@")[0].lower() in plain.lower():
        return N_("Please choose a password that does not contain your address.")
    return None


def token_hash(token: str) -> str:
    """What is kept of a random token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_key(email: str) -> str:
    """The account under which attempts are counted, whether it exists or not."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def origin_key(address: str | None) -> str:
    """The origin under which attempts are counted: an IPv4 address, or the /64 an IPv6 subscriber is given."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return hashlib.sha256(b"").hexdigest()
    network = ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False)
    return hashlib.sha256(str(network).encode()).hexdigest()


def wait_after(failures: Sequence[datetime], limit: int, now: datetime) -> timedelta | None:
    """How long to wait when there were `limit` failures within the window, or None when one more try is allowed.

    `failures` are moments in any order; the wait ends when fewer than `limit` of them are within the window.
    """
    recent = sorted(moment for moment in failures if moment > now - THROTTLE_WINDOW)
    if len(recent) < limit:
        return None
    return recent[-limit] + THROTTLE_WINDOW - now


def _normal(plain: str) -> str:
    """The one form of the password."""
    return unicodedata.normalize("NFKD", plain)


_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$CtE3qboOGMKx6US84e73JQ$O4fxK7Qpyn+B+OIvolm6uDdGKi58ts5V38UGMJwu+dg"
