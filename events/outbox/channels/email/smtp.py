"""Letters handed to a mail server."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from events.outbox.channels import Interrupted, Undeliverable, Unreachable
from events.outbox.channels.email.letter import Letter, compose
from events.outbox.vocabulary import ChannelKind

TIMEOUT = 10.0
"""Seconds a mail server may keep us waiting."""
SERVICE_CLOSING = 421
"""The server's answer to anything while it shuts down (RFC 5321, 3.8)."""
TOO_LARGE = 552
"""The server's answer to a letter larger than it takes, given as early as MAIL FROM (RFC 1870, 6.1)."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


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

    kind = ChannelKind.EMAIL

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
