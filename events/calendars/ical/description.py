"""What an entry says of its event in plain words (calendar.md 8). Calendars are in Russian, so the sentences stand here."""

from collections.abc import Mapping, Sequence

from events.calendars.ical.texts import shorten
from events.calendars.vocabulary import PublicationStatus

MAX_DESCRIPTION = 2_000

_REASONS: Mapping[PublicationStatus, str] = {
    PublicationStatus.CANCELLED: "Причина отмены: ",
    PublicationStatus.POSTPONED: "Причина переноса: ",
}
_GAP = "\n\n"


def paragraphs(*, head: Sequence[str], text: str, facts: Sequence[str], url: str) -> str:
    """What must be known first, the text, what else one needs to know, and the address at the end, a blank line between them.

    At most MAX_DESCRIPTION characters: the text gives way first, then what stands around it, the address never.
    """
    first, last = _GAP.join(filter(None, head)), "\n".join(filter(None, facts))
    room = MAX_DESCRIPTION - len(url) - len(_GAP)
    around = sum(len(part) + len(_GAP) for part in (first, last) if part)
    whole = _GAP.join(part for part in (first, shorten(text, room - around), last) if part)
    told = shorten(whole, room)
    return f"{told}{_GAP}{url}" if told else url


def reason(status: PublicationStatus, words: str) -> str:
    """«Причина отмены: …»; «» where none was given or nothing was called off."""
    return f"{_REASONS[status]}{words}" if words and status in _REASONS else ""


def price(roubles: str) -> str:
    """What it costs: «» is free, else the amount as a publication keeps it, «1500» or «1500.50». ValueError for another."""
    if not roubles:
        return "Бесплатно."
    whole, _, part = roubles.partition(".")
    grouped = f"{int(whole):,}".replace(",", " ")
    return f"Стоимость: {grouped}{f',{part}' if part else ''} ₽"


def bring(things: str) -> str:
    """What to take along."""
    return f"Взять с собой: {things}" if things else ""


def registration(address: str) -> str:
    """How to sign up; «» where nobody has to."""
    return f"Регистрация: {address}" if address else ""
