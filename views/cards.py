"""An event of the programme in the reader's words: what the list, the event's page and the subscribe page show alike."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from flask import current_app, request, url_for

from events.calendars.vocabulary import PublicationStatus
from events.foundation.text import N_, Phrase
from views.presenting import language, money, short_day_time


def page_url(endpoint: str, **values: Any) -> str:
    """The address of a public page, in the reader's language: it stands in the address, for there is no cookie."""
    if language() != "ru":
        values.setdefault("lang", language())
    return url_for(endpoint, **values)


def languages() -> list[dict[str, str]]:
    """The same page in the other languages. The query is the visitor's own: it goes into no `url_for`, which would obey `_method` in it."""
    here = quote(request.root_path.rstrip("/") + request.path)
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    known = {"ru": "Русский", "en": "English"}
    return [
        {"url": f"{here}?{urlencode([*asked, ('lang', lang)])}", "label": label, "lang": lang}
        for lang, label in known.items()
        if lang != language()
    ]


def named(name: str | None, name_en: str | None) -> str:
    """A directory's name in the reader's language."""
    return (name_en if language() == "en" else name) or name or ""


def card(row: Any, directions: Mapping[str, str]) -> dict[str, Any]:
    """One event as the card macro takes it."""
    more = row.running - (1 if is_on(row) else 0)
    return {
        "title": row.title,
        "url": page_url("calendars.event", slug=row.slug),
        "starts": row.starts_at,
        "ends": row.ends_at,
        "place": row.place,
        "metro": row.metro or None,
        "age_mark": row.age_mark,
        "price": price_words(row.price),
        "state": "cancelled" if row.status is PublicationStatus.CANCELLED else "postponed" if _is_moved(row) else None,
        "state_note": state(row),
        "more": N_("and %(n)s more date", "and %(n)s more dates", n=more) if more > 0 else None,
        "direction": directions.get(row.direction),
        "registration": N_("By registration") if row.registration_url else None,
    }


def is_on(row: Any) -> bool:
    """Whether one can go there at the time said."""
    return row.status is PublicationStatus.CONFIRMED and not row.postponing


def _is_moved(row: Any) -> bool:
    """Whether its time is not what it was."""
    return row.status is PublicationStatus.POSTPONED or row.postponing or row.moved_from is not None


def state(row: Any) -> Phrase | None:
    """What has become of the date, in words."""
    if row.status is PublicationStatus.CANCELLED:
        return N_("Cancelled")
    if row.status is PublicationStatus.POSTPONED or row.postponing:
        return N_("Postponed, the new date is being settled")
    return N_("Moved from %(date)s", date=short_day_time(row.moved_from)) if row.moved_from else None


def price_words(price: str) -> Phrase | str:
    """«Бесплатно» or the amount."""
    return _amount(price) if price else N_("Free entry")


def _amount(price: str) -> str:
    """The stored amount as money."""
    return money(Decimal(price))


def webcal(path: str) -> str:
    """The address by which phones and Outlook subscribe instead of downloading."""
    return f"webcal://{current_app.config['BASE_URL'].split('://', 1)[1]}{path}"
