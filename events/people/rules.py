"""Rules of accounts, pure: passwords, the throttle, how long a sign-in lives."""

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import BoundedSemaphore
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from events.foundation.address import NO_ADDRESS, is_address
from events.foundation.phones import NO_PHONE_IN_FILE, is_phone
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)
"""cases.md 45."""

THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT_AND_ORIGIN = 5
FAILURES_PER_ACCOUNT = 50
FAILURES_PER_ORIGIN = 20
"""Within the window. A few wrong tries from one place stop that place; to stop the account everywhere takes many places."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FEWEST_DIFFERENT = 5
TELLING_ADDRESS = 4
"""Of a shorter name in an address the letters stand in every other password."""
LOCALES = ("ru", "en")
LONGEST_LINE = 200
UNIT_CODE = re.compile(r"[^\W_][\w-]{0,19}")

NO_PASSWORD = "!"  # noqa: S105 -- a mark no hash begins with, so nothing verifies against it

_HASHER = PasswordHasher()
"""argon2id with the second recommended parameters of RFC 9106: 64 MiB, 3 passes, 4 lanes."""
_HASHING = BoundedSemaphore(4)
"""At most four hashes at once in a process, or a burst of sign-ins would take all memory."""


def account_faults(email: str, full_name: str, position: str) -> Mapping[str, Phrase]:
    """What is wrong with a new account, by field; its texts are cleaned already."""
    faults = {} if is_address(email) else {"email": NO_ADDRESS}
    if not full_name:
        faults["full_name"] = N_("Please give the person's full name.")
    for name, text in (("full_name", full_name), ("position", position)):
        if len(text) > LONGEST_LINE:
            faults[name] = N_("Please shorten the text to %(most)s characters.", most=LONGEST_LINE)
    return faults


def unit_faults(code: str, taken: Mapping[str, str], email: str, phone: str = "") -> Mapping[str, Phrase]:
    """What is wrong with a new unit, by field. `taken`: the codes of the others with the keys of these units, for numbers of requests are
    told apart by codes alone; nobody tells capitals from small letters when a number is read out or typed.
    """
    faults = {}
    alike = next((one for one in taken if one.casefold() == code.casefold()), None)
    if not UNIT_CODE.fullmatch(code):
        faults["code"] = N_("the code of a unit is up to 20 letters, digits and hyphens")
    elif alike == code:
        faults["code"] = N_(
            "the unit %(unit)s has the code “%(code)s” already, and numbers of requests would repeat", unit=taken[code], code=code
        )
    elif alike is not None:
        faults["code"] = N_(
            "the code “%(code)s” differs from “%(taken)s” of the unit %(unit)s in capitals alone, which confuses numbers of requests",
            code=code,
            taken=alike,
            unit=taken[alike],
        )
    if email and not is_address(email):
        faults["email"] = NO_ADDRESS
    if phone and not is_phone(phone):
        faults["phone"] = NO_PHONE_IN_FILE
    return faults


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
    if is_predictable(plain):
        return N_(
            "Please choose a password that is harder to guess: several words of your own, no rows of keys, no «password» with digits."
        )
    name = email.split("@")[0].lower()
    if len(name) >= TELLING_ADDRESS and name in plain.lower():
        return N_("Please choose a password that does not contain your address.")
    return None


def has_password(stored: str) -> bool:
    """Whether a password was ever set."""
    return not stored.startswith(NO_PASSWORD)


def token_hash(token: str) -> str:
    """What is kept of a random token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_key(email: str) -> str:
    """The account under which attempts are counted, whether it exists or not."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def holder(user_id: int) -> str:
    """The name under which the forms of somebody signed in, and the answers to them, are kept (`receipts`)."""
    return f"user:{user_id}"


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
    return unicodedata.normalize("NFKD", plain)


_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$CtE3qboOGMKx6US84e73JQ$O4fxK7Qpyn+B+OIvolm6uDdGKi58ts5V38UGMJwu+dg"


# --- Passwords everybody tries first, known by how they are made instead of by a list (ASVS 5.0, 6.2.4) -----------------------------------

FEWEST_OWN = 7
"""Letters that must be left when everything predictable is cut out."""
SHORTEST_RUN = 4

_ROWS = (
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
    "1йфя2цыч3увс4кам5епи6нрт7гоь8шлб9щдю", "йфяцычувскамепинртгоьшлбщдю", "1й2ц3у4к5е6н7г8ш9щ0з",
)  # fmt: skip
"""Digits, alphabets and keyboards, the latter by rows and by columns."""
_STEMS = (
    "password", "passw", "pass", "parol", "пароль", "qwerty", "йцукен", "admin", "админ", "administrator", "администратор",
    "welcome", "letmein", "login", "user", "test", "тест", "secret", "секрет", "iloveyou", "добропожаловать", "привет",
    "marshrut", "маршрут", "kirov", "киров", "кировский", "spb", "спб", "piter", "питер", "петербург", "peterburg", "russia", "россия",
    "район", "raion", "rayon", "город", "gorod", "молодежь", "molodezh", "год", "god", "year",
    "зима", "весна", "лето", "осень", "winter", "spring", "summer", "autumn",
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_BY_LENGTH = "|".join(sorted(_STEMS, key=len, reverse=True))
_STEM = re.compile(_BY_LENGTH)
_REPEATED = re.compile(r"(.)\1{2,}")
_SEPARATORS = re.compile(r"[\W_]+")
_LOOKALIKES = str.maketrans("@403$15!", "aaoesisi")
_BOTH_WAYS = tuple(way for row in _ROWS for way in (row + row[:3], (row + row[:3])[::-1]))
"""Each row goes on with its own beginning: «7890123»."""


def is_predictable(plain: str) -> bool:
    """Whether the password is made of what is tried first.

    1. Capitals do not count, signs between do not hide a word; «p@ssw0rd» is read as it is meant, too.
    2. What is one piece repeated counts as the piece.
    3. Rows of keys, repeated characters and known words are cut out; if there were any, of the rest only letters count.
    4. Digits and signs alone are a date, a telephone number or a row of keys.
    """
    lowered = plain.lower().replace("ё", "е")
    return any(_own(one) < FEWEST_OWN for one in (lowered, lowered.translate(_LOOKALIKES)))


def _own(text: str) -> int:
    """How many characters of the password are its owner's own."""
    bare = _SEPARATORS.sub("", text)
    piece = bare[: (bare + bare).find(bare, 1)] if bare else ""
    left = _STEM.sub("", _REPEATED.sub("", _without_runs(piece)))
    letters = sum(char.isalpha() for char in left)
    return len(text) if left == bare and letters else letters


def _without_runs(text: str) -> str:
    """The text without pieces of rows, read either way."""
    left, place = [], 0
    while place < len(text):
        run = _run_at(text, place)
        left.append("" if run else text[place])
        place += run or 1
    return "".join(left)


def _run_at(text: str, place: int) -> int:
    """The length of the run of a row that begins here; 0 when it is too short."""
    end = place + SHORTEST_RUN
    while end <= len(text) and any(text[place:end] in row for row in _BOTH_WAYS):
        end += 1
    length = end - 1 - place
    return length if length >= SHORTEST_RUN else 0


LONGEST_CALLED, LONGEST_TITLE = 120, 300
"""Characters of a unit's name in daily work and in papers."""


@dataclass(frozen=True, order=True)
class FormerName:
    """What a unit was called up to a day, that day included."""

    until: date
    short_name: str
    name: str
    name_en: str = ""

    @classmethod
    def from_plain(cls, plain: Mapping[str, str]) -> Self:
        """From JSON: {"until": "2026-12-31", "short_name": "СМП", "name": "Сектор молодёжной политики", "name_en": ""}."""
        return cls(date.fromisoformat(plain["until"]), plain["short_name"], plain["name"], plain["name_en"])

    @classmethod
    def from_line(cls, line: str) -> Self:
        """From «31.12.2026 СМП / Сектор молодёжной политики», an English name behind a further stroke. ValueError when it is none."""
        day, _, rest = line.partition(" ")
        names = [one.strip() for one in rest.split(" / ")]
        if not all(names) or len(names) not in (2, 3) or len(names[0]) > LONGEST_CALLED or max(map(len, names)) > LONGEST_TITLE:
            raise ValueError(line)
        return cls(datetime.strptime(day, "%d.%m.%Y").replace(tzinfo=UTC).date(), *names)

    @property
    def line(self) -> str:
        """The line that `from_line` reads back."""
        return f"{self.until:%d.%m.%Y} {' / '.join(filter(None, (self.short_name, self.name, self.name_en)))}"

    def to_plain(self) -> dict[str, str]:
        """The JSON that `from_plain` reads back."""
        return {"until": self.until.isoformat(), "short_name": self.short_name, "name": self.name, "name_en": self.name_en}


def name_then(former: Iterable[FormerName], moment: datetime | None) -> FormerName | None:
    """The former name that was in use at the moment; None when it was today's, or no moment is given."""
    return None if moment is None else next((one for one in sorted(former) if local_day(moment) <= one.until), None)
