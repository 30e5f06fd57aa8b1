"""A letter as it goes over the wire: one validated address, no header of a stranger's making."""

import re
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime

from events.foundation import clock
from events.outbox.channels import Undeliverable

LINE = 76
"""The most characters a line with encoded words may have (RFC 2047, 2)."""

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Letter:
    """A message in words, ready to leave. `address` is read when it is rendered; «» means that it has nowhere to go."""

    subject: str
    text: str
    html: str | None = None
    address: str = ""


def header(value: str) -> str:
    """A header value that starts no other header: no control characters or line ends, and no encoded word of its own.

    Python's `email` once wrote a real Bcc out of a title with «=?utf-8?q?=0d=0a...?=» (CVE-2024-6923; reliability.md 1.7).
    """
    plain = _UNSEEN.sub(" ", value).replace("=?", "= ?").replace("?=", "? =")
    return re.sub(r" {2,}", " ", plain).strip()


def checked_address(address: str) -> str:
    """The one address, its domain in ASCII. Raises Undeliverable for anything else: a list, a display name, a line end."""
    local, at, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        raise Undeliverable("address refused") from None
    if not at or len(local) > 64 or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise Undeliverable("address refused")
    return f"{local}@{ascii_domain}"


class _Subject(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # what the registry would make of it anyway
    """A subject that arrives as it was written.

    The folding of `email` in several versions of Python (3.11.7, 3.12.1) loses the spaces between two encoded words;
    here they stand inside.
    """

    def fold(self, *, policy: Policy) -> str:
        """The header's lines. What is short and ASCII stays readable in the file."""
        text = str(self)
        readable = text.isascii() and len(self.name) + 2 + len(text) <= LINE
        coded = text if readable else Header(text, "utf-8", LINE, self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {coded}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def compose(letter: Letter, address: str, message_id: str, *, sender: str, host: str) -> EmailMessage:
    """The letter as it goes over the wire. The same row always has the same Message-ID (reliability.md 1.5)."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = checked_address(sender)
    message["To"] = checked_address(address)
    message["Subject"] = header(letter.subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{message_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_UNSTORABLE.sub(" ", letter.text), cte="base64")
    if letter.html is not None:
        message.add_alternative(_UNSTORABLE.sub(" ", letter.html), subtype="html", cte="base64")
    return message
