"""Ways a message leaves the house: one folder per channel, with its wire; its words lie in `letters/channels`.

`letters.channels` lists the channels at work.
"""

from typing import Protocol, TypeVar

from events.outbox.vocabulary import ChannelKind


class Unreachable(Exception):
    """The way itself is closed: every letter waits, none is to blame."""


class Undeliverable(Exception):
    """This letter was refused; others may well go through."""


class Interrupted(Undeliverable):
    """The way stood open and broke off while this letter was in hand: it may be the letter's doing, or the server's."""


class Worded(Protocol):
    """A notice in the words of one channel, ready to leave."""

    @property
    def address(self) -> str:
        """Where it goes on this channel, read when it is worded; «» means that it has nowhere to go."""


Words = TypeVar("Words", bound=Worded, contravariant=True)


class Channel(Protocol[Words]):
    """One way out. `message_id` is stable across retries: «message-17»."""

    @property
    def kind(self) -> ChannelKind:
        """Whose messages it takes."""

    def send(self, words: Words, address: str, message_id: str) -> None:
        """Hand the words over. Raises Unreachable, Interrupted or Undeliverable."""

    def close(self) -> None:
        """The batch is over; what was kept open may go."""
