"""The channels at work: how each is opened for an installation, and how a notice reads on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from events.outbox.channels import Channel, Worded
from events.outbox.channels.email import open_email
from events.outbox.notice import Notice
from events.outbox.vocabulary import ChannelKind
from letters.channels.email import letter

Words = TypeVar("Words", bound=Worded)


@dataclass(frozen=True)
class Registered(Generic[Words]):
    """One channel. The words it is given are those it sends."""

    open: Callable[[Any, Path], Channel[Words]]
    """From the settings and the instance folder."""
    word: Callable[[Notice, str, datetime], Words]
    """A notice that leads to an address, at a moment, under the locale that is in force."""


CHANNELS: Mapping[ChannelKind, Registered[Any]] = {
    ChannelKind.EMAIL: Registered(open_email, letter),
}
