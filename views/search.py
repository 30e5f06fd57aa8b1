"""Search over everything one may see: requests, venues, people, units. Each group shows its first ten."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.district import queries as district
from events.district.queries import Entry
from events.foundation import work
from events.foundation.search import search_form, searched
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.models import User
from events.people.queries import Offices
from events.people.vocabulary import Role, UnitKind
from events.requests import queries as requests
from forms.search import SearchForm
from presenters.phrases import Words
from presenters.request_rows import request_rows
from presenters.tables.directories import DIRECTORIES
from views import access
from views.addresses import page_url

bp = Blueprint("search", __name__)

MOST = 10
"""Rows of a group; whoever looks further opens the whole list or asks more narrowly."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found. `url` is none where there is no page of it for the reader."""

    title: Words
    told: tuple[Words, ...]
    url: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `count` of all of it, `all_url` where all of it stands if there is such a list for the reader."""

    key: str
    title: Phrase
    hits: tuple[Hit, ...]
    count: int
    all_url: str | None
    hint: Phrase | None = None
    """Where its rows lead, if it goes not without saying."""


@bp.get("/search")
@access.staff
def search() -> ResponseReturnValue:
    """What was found in each group; groups with nothing in them are left out."""
    asked, now, reader = SearchForm(request.args), work.now(), access.person()
    question = asked.question
    found, more = requests.page(reader, requests.Wish(text=question), now, size=MOST) if question else ([], False)
    return render_template(
        "search/search.html",
        asked=asked,
        question=question,
        requests_found=request_rows(found, now, units=Offices().units),
        requests_url=url_for("requests.listing", text=question) if more else None,
        groups=[one for one in _groups(question, reader) if one.hits] if question else [],
    )


def _groups(question: str, reader: User) -> list[Group]:
    """Venues, people and units; the administrator's lead to where they are kept, out of use or not."""
    if any(one.role is Role.ADMIN for one in reader.memberships):
        return [_kept("venues", question, "address"), _kept("people", question, "position", "email"), _kept("units", question, "name")]
    return [_venues(question), _people(question, reader), _units(question)]


def _kept(table: str, question: str, *told: str) -> Group:
    """The rows of a directory, those in use first."""
    directory = DIRECTORIES[table]
    found = sorted(district.entries(directory, district.Wish(question, unused=True)), key=lambda one: not one.active)
    hits = tuple(
        Hit(
            _called(one),
            tuple(filter(None, (one.texts[name] for name in told))),
            url_for("administration.entry", table=table, code=one.code),
            one.active,
        )
        for one in found[:MOST]
    )
    all_url = url_for("administration.listing", table=table, text=question, unused="y") if len(found) > MOST else None
    return Group(table, directory.title, hits, len(found), all_url)


def _called(entry: Entry) -> str:
    return next(entry.texts[name] for name in ("full_name", "name", "short_name") if entry.texts.get(name))


def _venues(question: str) -> Group:
    """Venues in use, each with what the public finds there."""
    found = district.entries(DIRECTORIES["venues"], district.Wish(question))
    hits = tuple(
        Hit(one.texts["name"], (one.texts["address"],), page_url("programme.programme", q=one.texts["name"])) for one in found[:MOST]
    )
    return Group("venues", N_("Venues"), hits, len(found), None, N_("Each leads to what the public is shown there."))


def _people(question: str, reader: User) -> Group:
    """Colleagues: nobody else's name is told to whoever asks (reliability.md T3), and no address of anybody."""
    words, units = search_form(question).split(), Offices().units
    found = [
        (one, units[unit_id])
        for one, unit_id in people.colleagues(reader)
        if all(word in searched(one.full_name, one.position) for word in words)
    ]
    hits = tuple(Hit(one.full_name, tuple(filter(None, (one.position, unit.called)))) for one, unit in found[:MOST])
    return Group("people", N_("People"), hits, len(found), None)


def _units(question: str) -> Group:
    """Units in use, each with what of its requests the reader may see."""
    ids = {one.key: one for one in Offices().units.values() if one.kind is not UnitKind.OUTSIDE}
    found = [ids[one.code] for one in district.entries(DIRECTORIES["units"], district.Wish(question)) if one.code in ids]
    hits = tuple(Hit(one.titled, (one.called,), url_for("requests.listing", unit=one.id)) for one in found[:MOST])
    return Group("units", N_("Units and institutions"), hits, len(found), None, N_("Each leads to its requests that are open to you."))
