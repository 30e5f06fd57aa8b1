"""Ways a letter leaves the house: SMTP, or files where no SMTP is set. One validated address per letter."""

import os
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from events.foundation import clock

TIMEOUT = 10.0
"""Seconds a mail server may keep us waiting."""
SERVICE_CLOSING = 421
"""The server's answer to anything while it shuts down (RFC 5321, 3.8)."""
TOO_LARGE = 552
"""The server's answer to a letter larger than it takes, given as early as MAIL FROM (RFC 1870, 6.1)."""
LINE = 76
"""The most characters a line with encoded words may have (RFC 2047, 2)."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Unreachable(Exception):
    """The way itself is closed: every letter waits, none is to blame."""


class Undeliverable(Exception):
    """This letter was refused; others may well go through."""


class Interrupted(Undeliverable):
    """The way stood open and broke off while this letter was in hand: it may be the letter's doing, or the server's."""


@dataclass(frozen=True)
class Letter:
    """A message in words, ready to leave. `address` is read when it is rendered; «» means that it has nowhere to go."""

    subject: str
    text: str
    html: str | None = None
    address: str = ""


class Channel(Protocol):
    """One way out. `message_id` is stable across retries: «message-17»."""

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Hand the letter over. Raises Unreachable, Interrupted or Undeliverable."""

    def close(self) -> None:
        """The batch is over; what was kept open may go."""


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


@dataclass
class FileChannel:
    """Letters as .eml files, named by their rows: a repeated one replaces itself."""

    folder: Path
    sender: str
    host: str

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Write the file whole or not at all."""
        data = compose(letter, address, message_id, sender=self.sender, host=self.host).as_bytes()
        part = self.folder / f".{message_id}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.folder / f"{message_id}.eml")
        except OSError as error:
            raise Unreachable(type(error).__name__) from error

    def close(self) -> None:
        """Nothing is kept open."""


@dataclass(frozen=True)
class _Server:
    """A mail server by its address smtp[s]://user:password@host:port?starttls=0|1, user and password percent-encoded."""

    host: str
    port: int
    implicit_tls: bool
    starttls: str
    """«1» demands it, «0» forgoes it, «» takes it when offered."""
    user: str
    password: str = field(repr=False)


def read_server(url: str) -> _Server:
    """The parts of the address. ValueError names what is wrong with it, never the password."""
    parts = urlsplit(url)
    options: Mapping[str, str] = dict(parse_qsl(parts.query))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("MARSHRUT_SMTP_URL must look like smtp://host:25 or smtps://user:password@host:465")
    secure = parts.scheme == "smtps"
    starttls = options.get("starttls", "")
    return _Server(
        parts.hostname,
        parts.port or (465 if secure else 25),
        secure,
        starttls,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class SmtpChannel:
    """A mail server, spoken to over one connection per batch. Certificates are always verified."""

    def __init__(self, url: str, sender: str, host: str, timeout: float = TIMEOUT) -> None:
        self._server = read_server(url)
        self._sender, self._host, self._timeout = sender, host, timeout
        self._connection: smtplib.SMTP | None = None

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Hand the letter to the server.

        Unreachable as long as nothing was asked that depends on the letter, and when our own address is refused; Undeliverable
        on an answer about this letter; Interrupted when the server hangs up, falls silent or closes with the letter in hand.
        """
        message = compose(letter, address, message_id, sender=self._sender, host=self._host)
        try:
            connection = self._ready()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(self._lost(error)) from error
        try:
            connection.send_message(message)
        except smtplib.SMTPSenderRefused as error:
            blame = Undeliverable if error.smtp_code == TOO_LARGE else Unreachable
            raise blame(self._lost(error)) from error
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            if _code(error) == SERVICE_CLOSING:
                raise Interrupted(self._lost(error)) from error
            raise Undeliverable(_named(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Interrupted(self._lost(error)) from error

    def close(self) -> None:
        """Say goodbye; a server that is already gone does not mind."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _ready(self) -> smtplib.SMTP:
        """The open connection, a new one where the server has hung up meanwhile."""
        if self._connection is not None and not _answers(self._connection):
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        """Connect, secure, sign in. A password never travels in the clear beyond this machine."""
        server = self._server
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.implicit_tls:
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            secured = server.implicit_tls or self._secure(connection, context)
            if server.user:
                if not secured and server.host not in LOOPBACK:
                    raise smtplib.SMTPNotSupportedError("no TLS, so no password")
                connection.login(server.user, server.password)
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection

    def _secure(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> bool:
        """STARTTLS where it is offered; an error where it is demanded and not offered."""
        connection.ehlo()
        if self._server.starttls == "0" or (not self._server.starttls and not connection.has_extn("starttls")):
            return False
        connection.starttls(context=context)
        return True

    def _lost(self, error: Exception) -> str:
        """Drop the connection, whose state is unknown; what to say of it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        return _named(error)


def _answers(connection: smtplib.SMTP) -> bool:
    """Whether the server is still there and ready for the next letter."""
    try:
        return connection.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _named(error: Exception) -> str:
    """The error's name and the server's reply code."""
    return f"{type(error).__name__} {_code(error) or ''}".strip()


def _code(error: Exception) -> int | None:
    """The server's reply code. Its words stay out: they carry addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=None)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
