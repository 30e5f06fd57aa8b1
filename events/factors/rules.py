"""Rules of the second step, pure: codes of an app, recovery codes, how what is secret is kept, how long things last.

`keys` is MARSHRUT_SECRET_KEY, the present one first, then the earlier ones: what is kept is written under the first and read under any.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

STEP_LASTS = timedelta(minutes=10)
"""Between the password and the second step."""
PROPOSAL_LASTS = timedelta(minutes=30)
"""Between showing a secret and the first code made from it."""
WRONG_CODES = 5
"""After so many the password is asked for anew."""

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

CODE_SECONDS = 30
SLACK = 1
"""Codes of so many steps before and after the present one are taken: clocks of telephones differ (RFC 6238, 5.2)."""
CODE_DIGITS = 6

CHALLENGE_LASTS = timedelta(minutes=5)
"""As long as a browser waits for a finger or a PIN (WebAuthn, 15.1)."""
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
"""Characters of what a browser says of a passkey; without an attestation it has about a thousand."""
MOST_PASSKEYS = 20

RECOVERY_CODES = 10
RECOVERY_DIGITS = 12
"""40 bits: tries are counted, and what is stored tells nothing without the key. Digits alone, for no keyboard layout spoils them."""
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class Party:
    """For whom passkeys are made: a host's name and where its pages are, from the configured public address (WebAuthn, 4, «RP ID»)."""

    host: str
    origin: str


def party_at(base_url: str) -> Party | None:
    """The one of the address; None where browsers make no passkeys: plain HTTP elsewhere than on this computer, a number for a name.

    The trial on this computer is reached by a number, which may have no passkeys, and under the name localhost, which may.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme == "http" and host in LOCAL:
        return Party("localhost", f"http://localhost:{parts.port}" if parts.port not in (None, 80) else "http://localhost")
    if parts.scheme != "https" or _is_number(host):
        return None
    return Party(host, f"https://{host}:{parts.port}" if parts.port not in (None, 443) else f"https://{host}")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def bare_code(typed: str) -> str | None:
    """The digits of a code of either kind, whatever parts its groups; None for what is no such code."""
    digits = _BETWEEN.sub("", typed)
    return digits if digits.isascii() and digits.isdecimal() and len(digits) in (CODE_DIGITS, RECOVERY_DIGITS) else None


def new_secret() -> str:
    """A secret of an app, in base32: 160 bits (RFC 4226, 4)."""
    import pyotp  # noqa: PLC0415 -- only where a second step is at work (decision 010)

    return pyotp.random_base32()


def provisioning(secret: str, account: str) -> str:
    """What a QR code tells an app."""
    import pyotp  # noqa: PLC0415

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Маршрут")


def step_at(now: datetime) -> int:
    """The number of the time step (RFC 6238)."""
    return int(now.timestamp()) // CODE_SECONDS


def step_of(code: str, secret: str, now: datetime, after: int) -> int | None:
    """The time step whose code it is: near the present one, later than the step `after`, whose code was used; None for no such code."""
    import pyotp  # noqa: PLC0415

    made, present = pyotp.HOTP(secret), step_at(now)
    near = [step for step in range(present - SLACK, present + SLACK + 1) if hmac.compare_digest(made.at(step), code)]
    return next((step for step in near if step > after), None)


def new_recovery_codes() -> list[str]:
    """Ten different codes as they are printed: «1234-5678-9012»."""
    made = set[str]()
    while len(made) < RECOVERY_CODES:
        digits = f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}d}"
        made.add("-".join(digits[at : at + 4] for at in range(0, RECOVERY_DIGITS, 4)))
    return list(made)


def recovery_digests(digits: str, user_id: int, keys: Sequence[str]) -> list[str]:
    """What is kept of a recovery code, under each key."""
    said = f"{user_id}:{digits}".encode()
    return [hmac.digest(_derived(key, b"recovery codes"), said, "sha256").hex() for key in keys]


def passkey_handle(user_id: int, keys: Sequence[str]) -> str:
    """A name for the person that tells nothing of them (WebAuthn, 14.6.1), in base64url."""
    return (
        base64.urlsafe_b64encode(hmac.digest(_derived(keys[0], b"names of people"), str(user_id).encode(), "sha256")).decode().rstrip("=")
    )


def seal(plain: str, user_id: int, keys: Sequence[str]) -> str:
    """The text so that a copy of the database tells nothing, and that nobody else's row can take it over."""
    from cryptography.fernet import Fernet  # noqa: PLC0415

    return Fernet(_fernet_key(keys[0])).encrypt(f"{user_id}:{plain}".encode()).decode()


def unseal(sealed: str, user_id: int, keys: Sequence[str], *, within: timedelta | None = None) -> str | None:
    """The text; None when it is not this person's, too old, or its key is gone."""
    from cryptography.fernet import Fernet, InvalidToken, MultiFernet  # noqa: PLC0415

    opening = MultiFernet([Fernet(_fernet_key(key)) for key in keys])
    try:
        owner, _, plain = opening.decrypt(sealed, ttl=int(within.total_seconds()) if within else None).decode().partition(":")
    except InvalidToken:
        return None
    return plain if owner == str(user_id) else None


def _fernet_key(key: str) -> bytes:
    return base64.urlsafe_b64encode(_derived(key, b"secrets of apps"))


@lru_cache(maxsize=16)
def _derived(key: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose alone (HKDF, RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(SHA256(), 32, salt=None, info=b"marshrut: " + purpose).derive(key.encode())
