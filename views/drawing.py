"""What is drawn in place: icons and QR codes."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import flask_bootstrap
import segno
from markupsafe import Markup, escape

_SPRITE = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
_SYMBOL = re.compile(r'<symbol[^>]*viewBox="(?P<box>[^"]+)"[^>]*\bid="(?P<name>[^"]+)"[^>]*>(?P<body>.*?)</symbol>', re.DOTALL)


@lru_cache(maxsize=1024)
def icon(name: str, label: str | None = None) -> Markup:
    """The icon drawn in place. Without `label` it is decoration and the words stand beside it. Raises KeyError for an unknown name."""
    box, body = _sprite()[name]
    voice = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    drawn = Markup('<svg class="icon" width="16" height="16" viewBox="{}" fill="currentColor" focusable="false" {}>{}</svg>')
    return drawn.format(box, voice, body)


@lru_cache(maxsize=256)
def qr(address: str, *, fitting: bool = False) -> Markup:
    """The address as a QR code drawn in place; one takes 6 ms, and the subscribe page has thirty.

    Four pixels a square, or with `fitting` as large as its stylesheet says.
    """
    size: dict[str, Any] = {"omitsize": True} if fitting else {"scale": 4}
    return _squares(address, size)


def qr_once(secret: str) -> Markup:
    """The same of what is a secret: it is drawn for one page, as large as its stylesheet says, and remembered nowhere."""
    return _squares(secret, {"omitsize": True})


def _squares(said: str, size: Mapping[str, Any]) -> Markup:
    drawn = segno.make(said, error="m", micro=False).svg_inline(border=2, dark="#000", light="#fff", **size)
    return Markup(drawn)  # noqa: S704 -- drawn by segno out of squares, the address is not in it as text


@lru_cache(maxsize=1)
def _sprite() -> dict[str, tuple[str, Markup]]:
    """Icon name -> (view box, drawing), out of the sprite in the Bootstrap-Flask wheel: trusted text, read once per process."""
    found = _SYMBOL.finditer(_SPRITE.read_text(encoding="utf-8"))
    return {match["name"]: (str(escape(match["box"])), Markup(match["body"].strip())) for match in found}  # noqa: S704 -- the wheel's own file
