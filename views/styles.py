"""Our stylesheets: a file for each component, several joined into one answer, so that a page asks for two sheets and not for fifteen.

A page names what it draws in its block `styles`; templates/layout/base.html makes the links (docs/decisions/004-styles-in-layers.md).
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, url_for

from views import access, codings
from views.codings import Kept

bp = Blueprint("styles", __name__)

KIND = "text/css; charset=utf-8"


@bp.app_template_global()
def stylesheet(names: str) -> str:
    """The address of these files («rows badge») joined in this order; `v` changes with their bytes. Raises KeyError for an unknown name."""
    asked = tuple(names.split())
    return url_for("styles.joined", names="+".join(asked), v=_sheet(asked).version)


@bp.get("/styles/<string:names>")
@access.bare
def joined(names: str) -> Response:
    """The files joined. What no page would name is not found: a file that is not there, the same one twice."""
    asked = tuple(names.split("+"))
    try:
        sheet = _sheet(asked)
    except KeyError:
        abort(404)
    return codings.sent(sheet)


def _sheet(names: tuple[str, ...]) -> Kept:
    """The joined files. Like templates they are read once per process, and in debug mode anew: a look at each for each page cost 0.4 ms."""
    if current_app.debug:
        _files.cache_clear()
        _joined.cache_clear()
    return _joined(current_app.static_folder or "", names)


@lru_cache(maxsize=1)
def _files(folder: str) -> dict[str, bytes]:
    """Every stylesheet by its name, whichever layer's folder it stands in."""
    return {path.stem: path.read_bytes() for path in Path(folder).glob("css/*/*.css")}


@lru_cache(maxsize=64)
def _joined(folder: str, names: tuple[str, ...]) -> Kept:
    """The sheet. Raises KeyError for a name without a file, and for one said twice."""
    if len(set(names)) < len(names):
        raise KeyError(names)
    text = b"\n".join(_files(folder)[name] for name in names)
    return Kept(text, KIND, hashlib.sha256(text).hexdigest()[:12])
