"""`/help`: guides for the staff, searched by word; the one for participants and parents is for everybody."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from events.foundation.errors import NotFound
from events.foundation.text import clean_line
from presenters import guides
from presenters.guides import Found, Guide, Part, Piece
from presenters.language import language
from views import access
from views.addresses import languages, page_url, static_url

bp = Blueprint("guides", __name__, url_prefix="/help")

LONGEST_QUESTION = 100
WITHIN = "help:"
"""Begins a link of a guide to a part of one: `help:approver#return`."""
PICTURES = "help"
"""The folder of static/ with a folder of pictures for each language."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A guide with its address."""

    title: str
    about: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A part as it is drawn."""

    anchor: str
    title: str
    level: int
    body: Markup


@dataclass(frozen=True, slots=True)
class Answer:
    """A part that was found: where it stands, in which guide, and the excerpt."""

    title: str
    guide: str
    url: str
    excerpt: tuple[Piece, ...]
    begun: bool
    goes_on: bool


@bp.get("")
@access.while_unsecured
@access.staff
def index() -> ResponseReturnValue:
    """All guides, those of the reader's own roles first; with `text`, what is found in them."""
    text = clean_line(request.args.get("text", ""))[:LONGEST_QUESTION]
    found = guides.find(text, language()) if text else []
    own = {guides.GUIDES[0], *(guides.OF_ROLE[one.role] for one in access.person().memberships)}
    all_of_them = guides.guides(language())
    return render_template(
        "guides/index.html",
        text=text,
        found=[_answer(one) for one in found],
        own=[_offered(one) for one in all_of_them if one.key in own],
        others=[_offered(one) for one in all_of_them if one.key not in own],
    )


@bp.get("/<string:guide>")
@access.while_unsecured
@access.staff
def guide(guide: str) -> ResponseReturnValue:
    """One guide of the staff. Raises NotFound for a name that is none."""
    if guide not in guides.GUIDES:
        raise NotFound
    one = guides.guide(guide, language())
    return render_template("guides/guide.html", guide=one, parts=_drawn(one))


@bp.get(f"/{guides.PUBLIC}")
@access.public
def visitors() -> ResponseReturnValue:
    """How somebody without an account finds events and subscribes to them."""
    one = guides.guide(guides.PUBLIC, language())
    return render_template("guides/visitors.html", guide=one, parts=_drawn(one), language_links=languages())


def address(key: str, anchor: str | None = None) -> str:
    """Where a guide, or a part of it, stands."""
    if key == guides.PUBLIC:
        return page_url("guides.visitors", _anchor=anchor)
    return url_for("guides.guide", guide=key, _anchor=anchor)


def _offered(one: Guide) -> Offered:
    return Offered(one.title, one.about, address(one.key))


def _answer(one: Found) -> Answer:
    return Answer(one.part.title, one.guide.title, address(one.guide.key, one.part.anchor), one.excerpt, one.begun, one.goes_on)


def _drawn(one: Guide) -> list[Shown]:
    return [Shown(part.anchor, part.title, part.level, _body(part)) for part in one.parts]


def _body(part: Part) -> Markup:
    """What stands beneath the heading. Raw HTML is off, so every word is escaped by the library."""
    drawn = _DRAWING.renderer.render(part.tokens, _DRAWING.options, {})
    return Markup(drawn)  # noqa: S704 -- our own guides, drawn by markdown-it without raw HTML


class _Renderer(RendererHTML):
    """Links between guides, keys, tables, and pictures with their size, which open larger."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """`help:` becomes an address; another one stays as it is."""
        token = tokens[idx]
        target = str(token.attrs["href"])
        if target.startswith(WITHIN):
            key, _, anchor = target.removeprefix(WITHIN).partition("#")
            token = Token("link_open", "a", 1, attrs={"href": address(key, anchor or None)})
        return self.renderToken([token], 0, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """The file of static/help in the reader's language that bears the name; its path in the guide is for those who read the file."""
        name = f"{PICTURES}/{language()}/{Path(str(tokens[idx].attrs['src'])).name}"
        width, height = _size(Path(current_app.static_folder or "") / name)
        drawn = Markup('<a href="{0}"><img class="guide-picture" src="{0}" alt="{1}" width="{2}" height="{3}" loading="lazy"></a>')
        return drawn.format(static_url(name), tokens[idx].content, width, height)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """What stands in backticks is a key."""
        return Markup("<kbd>{}</kbd>").format(tokens[idx].content)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """A table of ours."""
        return '<table class="guide-table">\n'


_DRAWING = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")


@lru_cache(maxsize=64)
def _size(picture: Path) -> tuple[int, int]:
    """Width and height of a WebP picture in the extended form, which Chromium writes (RFC 9649, 2.7): each one less, in three bytes.

    Raises ValueError for any other file.
    """
    head = picture.read_bytes()[:30]
    if head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8X":
        raise ValueError(f"{picture.name} is no WebP picture in the extended form")
    return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
