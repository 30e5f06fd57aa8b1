"""Our stylesheets: a file for each component, several joined into one answer, so that a page asks for two sheets and not for fifteen.

A page names what it draws in its block `styles`; templates/layout/base.html makes the links (docs/decisions/004-styles-in-layers.md).
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, url_for

from views import access

bp = Blueprint("styles", __name__)

YEAR = 365 * 24 * 60 * 60
"""Seconds a browser keeps a sheet whose address tells its content."""


@dataclass(frozen=True)
class Sheet:
    """Files joined, and twelve hex digits of what is in them."""

    text: bytes
    version: str


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
    if len(set(asked)) < len(asked) or not _files(_folder()).keys() >= set(asked):
        abort(404)
    sheet = _sheet(asked)
    response = Response(sheet.text, content_type="text/css; charset=utf-8")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if request.args.get("v") == sheet.version else 0
    response.set_etag(sheet.version)
    response.make_conditional(request)
    return response


def _sheet(names: tuple[str, ...]) -> Sheet:
    """The joined files as they are on the disk now."""
    paths = tuple(_files(_folder())[name] for name in names)
    return _joined(paths, tuple(path.stat().st_mtime_ns for path in paths))


def _folder() -> Path:
    return Path(current_app.static_folder or "") / "css"


@lru_cache(maxsize=1)
def _files(folder: Path) -> dict[str, Path]:
    """Every stylesheet by its name, whichever layer's folder it stands in; listed once per process."""
    return {path.stem: path for path in folder.glob("*/*.css")}


@lru_cache(maxsize=64)
def _joined(paths: tuple[Path, ...], _stamps: tuple[int, ...]) -> Sheet:
    """The sheet; other stamps make an edited file be read anew."""
    text = b"\n".join(path.read_bytes() for path in paths)
    return Sheet(text, hashlib.sha256(text).hexdigest()[:12])
