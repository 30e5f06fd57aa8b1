"""The files of `static/` as they are served: read and compressed once in a process, in debug mode read anew."""

import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, current_app
from werkzeug.security import safe_join

from views.addresses import content_version
from views.codings import Kept, sent

TEXTS = ("text/", "application/javascript")


def file(name: str) -> Response:
    """The file of that name below `static/`."""
    found = safe_join(current_app.static_folder or "", name)
    if found is None or not _stands(found):
        abort(404)
    if current_app.debug:
        _read.cache_clear()
    return sent(_read(found, content_version(Path(found))))


def _stands(path: str) -> bool:
    """Whether it is a file; a name that no file can have (NUL) is none."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=256)
def _read(path: str, version: str) -> Kept:
    """The file, its scripts' version being that of their folder."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Kept(Path(path).read_bytes(), f"{kind}; charset=utf-8" if kind.startswith(TEXTS) else kind, version)
