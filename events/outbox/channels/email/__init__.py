"""E-mail: letters handed to a mail server, or written to a folder where none is set."""

from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from events.outbox.channels import Channel
from events.outbox.channels.email.files import FileChannel
from events.outbox.channels.email.letter import Letter
from events.outbox.channels.email.smtp import SmtpChannel

__all__ = ["Letter", "open_email"]


class Settings(Protocol):
    """What it reads of an installation's settings."""

    @property
    def base_url(self) -> str:
        """Its host stands in every Message-ID."""

    @property
    def smtp_url(self) -> str:
        """The mail server; «» where there is none."""

    @property
    def mail_from(self) -> str:
        """The sender's address."""


def open_email(settings: Settings, instance: Path) -> Channel[Letter]:
    """The mail server of MARSHRUT_SMTP_URL; files in `instance/mail` where it is not set."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    if settings.smtp_url:
        return SmtpChannel(settings.smtp_url, settings.mail_from, host)
    return FileChannel(instance / "mail", settings.mail_from, host)
