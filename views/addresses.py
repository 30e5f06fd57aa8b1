"""Addresses: of public pages in the reader's language, of the same page in others, of calendars, of our own files."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, current_app, g, has_request_context, request, url_for

from presenters.language import language


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page in another language; `lang` as in HTML."""

    url: str
    label: str
    lang: str


def page_url(endpoint: str, **values: Any) -> str:
    """The address of a public page, in the reader's language: it stands in the address, for there is no cookie."""
    if language() != "ru":
        values.setdefault("lang", language())
    return url_for(endpoint, **values)


def named_url(endpoint: str, **values: Any) -> str:
    """Flask's `url_for` for templates: a list builds the same few dozen addresses over and over, which took a tenth of its page."""
    kept = has_request_context() and not endpoint.startswith(".") and _EXTERNAL.isdisjoint(values)
    if not kept or not all(type(value) in _PLAIN for value in values.values()):
        return url_for(endpoint, **values)
    typed = tuple((name, value, type(value)) for name, value in values.items())
    return _named_url(current_app._get_current_object(), request.root_path, endpoint, typed)  # type: ignore[attr-defined]


_EXTERNAL = frozenset({"_external", "_scheme"})
"""With these the host belongs to the address."""
_PLAIN = frozenset({int, str, type(None)})


@lru_cache(maxsize=4096)
def _named_url(_of: Flask, _mounted: str, endpoint: str, values: tuple[tuple[str, Any, type], ...]) -> str:
    """Kept for an application and the place where it is mounted."""
    return url_for(endpoint, **{name: value for name, value, _ in values})


def languages() -> list[LanguageLink]:
    """The same page in the other languages; none where the account has chosen.

    The query is the visitor's own: it goes into no `url_for`, which would obey `_method` in it.
    """
    if g.get("locale"):
        return []
    here = quote(request.root_path.rstrip("/") + request.path)
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    known = {"ru": "Русский", "en": "English"}
    return [
        LanguageLink(f"{here}?{urlencode([*asked, ('lang', lang)])}", label, lang) for lang, label in known.items() if lang != language()
    ]


def webcal(path: str) -> str:
    """The address by which phones and Outlook subscribe instead of downloading."""
    return f"webcal://{current_app.config['BASE_URL'].split('://', 1)[1]}{path}"


def static_url(filename: str) -> str:
    """The address of our own static file; `v` changes with its bytes, so it may be cached for ever.

    Modules load each other under the address of the first, so a script's `v` changes with any script of its folder. Like templates
    files are read once per process, and in debug mode anew: a look at each for each page cost 0.3 ms.
    """
    version = content_version(Path(current_app.static_folder or "") / filename)
    return _static_url(current_app.static_url_path or "", request.root_path, filename, version)


@lru_cache(maxsize=256)
def _static_url(_under: str, _mounted: str, filename: str, version: str) -> str:
    """Put together once for a place where the application is mounted; each page names a dozen."""
    return url_for("static", filename=filename, v=version)


def content_version(path: Path) -> str:
    """The `v` of the file."""
    if current_app.debug:
        _content_hash.cache_clear()
    return _content_hash(path)


@lru_cache(maxsize=256)
def _content_hash(path: Path) -> str:
    """Twelve hex digits of the content of the file, or of every script of its folder."""
    parts = sorted(path.parent.glob("*.js")) if path.suffix == ".js" else [path]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]
