"""What was typed into a form when the sign-in ran out: carried through signing in, then offered to be sent again.

Signed, so that nobody can slip a form of his own under somebody's hand; bound to the person whose sign-in had run out.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, session
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from events.foundation import work
from events.people import queries, rules
from events.receipts import operations as receipts
from views.access import safe_next
from views.people.accounts import TOKEN, bp

LARGEST = 256 * 1024
"""Characters of fields; a larger form is not kept."""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form to be sent again."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool


def keep() -> str | None:
    """The posted form of this request, signed; None when there is none or it is too large."""
    fields = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    ours = request.endpoint is not None and request.blueprint != bp.name
    if request.method != "POST" or not fields or not ours or sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return None
    had_files = any(uploaded.filename for uploaded in request.files.values())
    return _serializer().dumps({"path": request.full_path.rstrip("?"), "fields": fields, "files": had_files, "user": _owner()})


def opened(signed: str | None, user_id: int) -> TypedForm | None:
    """The form kept for this person; None when it was nothing of ours, or somebody else's."""
    if not signed:
        return None
    try:
        data: dict[str, Any] = _serializer().loads(signed, max_age=int(rules.ABSOLUTE.total_seconds()))
    except BadData:
        return None
    if data["user"] not in (None, user_id) or safe_next(data["path"], "") != data["path"]:
        return None
    return TypedForm(data["path"], tuple((name, value) for name, value in data["fields"]), data["files"])


def carry(signed: str) -> str | None:
    """Keep the form while its owner is away at the provider of sign-in; the name by which `carried` finds it. None for nobody's: of
    strangers nothing is stored."""
    try:
        owner = _serializer().loads(signed, max_age=int(rules.ABSOLUTE.total_seconds()))["user"]
    except BadData:
        return None
    return None if owner is None else work.transaction(lambda: receipts.keep_answer(signed, rules.holder(owner), work.now()))


def carried(name: str | None, user_id: int) -> TypedForm | None:
    """The form this person had left."""
    return opened(work.transaction(lambda: receipts.kept_answer(name, rules.holder(user_id)), write=False), user_id) if name else None


def offer(typed: TypedForm, *, again: bool) -> ResponseReturnValue:
    """The page that sends the form on with one press. `again`: the person has just signed in."""
    return render_template("people/continue.html", typed=typed, again=again)


def came_from_us() -> bool:
    """Whether the browser says for certain that a page of ours sent this form."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Origin") == request.host_url.rstrip("/")


def _owner() -> int | None:
    """Whose sign-in the cookie named, though it has run out."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    return work.transaction(lambda: queries.session_owner(rules.token_hash(token)), write=False)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept-form")
