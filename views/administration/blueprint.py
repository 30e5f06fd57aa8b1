"""The blueprint of the administrator's pages, and what all pages of directories need."""

from flask import Blueprint

from events.district.columns import Column, Offers
from events.district.directory import Directory
from events.district.kinds import Control
from events.district.queries import Entry
from events.foundation.errors import NotFound
from presenters.directory_texts import Picks, picks
from presenters.tables.directories import DIRECTORIES

bp = Blueprint("administration", __name__, url_prefix="/administration")

CHOSEN = (Control.PICK, Control.SEVERAL)


def picks_of(columns: tuple[Column, ...], offers: Offers, row: Entry | None) -> Picks:
    """What a form offers for each column that is chosen; what stands there stays on offer."""
    texts = row.texts if row else {}
    return {one.name: picks(one, offers, texts.get(one.name, "")) for one in columns if one.of or one.kind.control in CHOSEN}


def directory_of(table: str) -> Directory:
    """The directory that the address names."""
    if table not in DIRECTORIES:
        raise NotFound
    return DIRECTORIES[table]
