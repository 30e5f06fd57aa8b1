"""The wire to the office's provider of sign-in (OpenID Connect), by Authlib.

Authorization code flow with PKCE (S256). The library checks the signature, issuer, audience, times and nonce of the ID token; we check
what it leaves to us: that the discovery document is the issuer's own, the state, whose the userinfo is, when the person proved themselves.
Authlib and requests are loaded when the first sign-in asks for them (decision 010). Nothing here may run inside a transaction.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import current_app

from events.foundation import work
from events.foundation.errors import NotFound
from events.foundation.text import N_, Phrase
from events.identities import queries, rules
from events.identities.vocabulary import Provider, Said

ANSWERS_WITHIN = 5
"""Seconds the provider has for each answer: somebody is waiting before a page."""
KEPT_FOR = 3600.0
"""Seconds for which its discovery document is believed."""
LEEWAY = 60
"""Seconds by which its clock and ours may differ."""
LONGEST_TOKEN = 16_000
SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
"""Signatures with a key that only the provider has."""
READ = (
    "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
    "id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported",
)  # fmt: skip
"""What is read of the discovery document: the library would take every other name in it for an option of its own."""

AWAY = N_("The provider of sign-in does not answer now. Try again in a few minutes, or ask the administrator of the district.")
UNFIT = N_(
    "The provider of sign-in has given an answer that cannot be accepted. Please begin again; if it happens again, tell the administrator."
)

log = structlog.get_logger()


class Failed(Exception):
    """The provider is away, or what it says cannot be accepted."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase


@dataclass(frozen=True)
class Asked:
    """A way to the provider that was begun: its address, and what the browser keeps until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Answer:
    """What came back: who it is, the token to sign out with, when they last proved themselves there (UTC seconds; None: not said)."""

    said: Said
    id_token: str
    proved: float | None


class Gate:
    """The provider as this process knows it; the extension «openid»."""

    def __init__(self) -> None:
        self._client: Any = None
        self._known_at = 0.0

    def ask(self, redirect_uri: str, *, anew: bool) -> Asked:
        """Where to send the browser. `anew`: the provider must ask for the password again. Raises Failed."""
        with _heard():
            kept = {"state": token_urlsafe(24), "nonce": token_urlsafe(24), "code_verifier": token_urlsafe(48)}
            further = {"prompt": "login", "max_age": "0"} if anew else {}
            begun = self._known().create_authorization_url(redirect_uri, **kept, **further)
        return Asked(begun["url"], kept["state"], kept["nonce"], kept["code_verifier"])

    def answer(self, code: str, redirect_uri: str, *, nonce: str, verifier: str) -> Answer:
        """Exchange the code for what the provider says of the person. Raises Failed."""
        ours = provider_here()
        with _heard():
            client = self._known()
            token = client.fetch_access_token(redirect_uri, code=code, code_verifier=verifier, grant_type="authorization_code")
            options = {"iss": {"essential": True, "values": [ours.issuer]}, "aud": {"essential": True, "values": [ours.client_id]}}
            claims = client.parse_id_token(token, nonce=nonce, claims_options=options, leeway=LEEWAY)
            if not claims:
                raise ValueError("no ID token")
            claims = self._with_userinfo(client, token, dict(claims), ours)
            said = rules.said(claims, ours.issuer, ours.roles_claim)
            if said is None:
                raise ValueError("no subject")
        proved, hint = claims.get("auth_time"), token["id_token"]
        return Answer(said, hint if len(hint) <= LONGEST_TOKEN else "", float(proved) if isinstance(proved, int | float) else None)

    def leaving(self, id_token: str, back: str) -> str | None:
        """Where the browser signs out at the provider; None where it has no such place, or is away."""
        try:
            with _heard():
                client = self._known()
                if not client.server_metadata.get("end_session_endpoint"):
                    return None
                hint = {"id_token_hint": id_token} if id_token else {}
                return str(client.create_logout_url(post_logout_redirect_uri=back, client_id=provider_here().client_id, **hint)["url"])
        except Failed:
            return None

    def _with_userinfo(self, client: Any, token: Any, claims: dict[str, Any], ours: Provider) -> dict[str, Any]:
        """The claims, with those of the userinfo where the ID token does not tell all: of the same person only (OIDC Core 1.0, 5.3.2)."""
        if rules.has(claims, ours.roles_claim) or not client.server_metadata.get("userinfo_endpoint"):
            return claims
        further = client.userinfo(token=token)
        if further.get("sub") != claims.get("sub"):
            raise ValueError("userinfo of somebody else")
        return {**further, **claims}

    def _known(self) -> Any:
        """Authlib's client with the provider's discovery document, fetched anew after an hour."""
        if self._client is None or time.monotonic() - self._known_at > KEPT_FOR:
            client = _client(provider_here())
            found = client.load_server_metadata()
            client.server_metadata = _read(found, provider_here())
            self._client, self._known_at = client, time.monotonic()
        return self._client


@dataclass(frozen=True, slots=True)
class Door:
    """How pages offer the way to the provider; `only`: there is no other. `open`: whether this person may go through it."""

    name: str
    only: bool
    open: bool


def door(user_id: int | None = None) -> Door | None:
    """The way to the provider; for somebody who is signed in open only where the provider knows them."""
    ours = set_provider()
    if ours is None:
        return None
    bound = user_id is None or work.transaction(lambda: queries.identity_of(user_id, ours.issuer) is not None, write=False)
    return Door(ours.name, ours.only, bound)


def passwords_open() -> bool:
    """Whether people sign in by accounts of our own."""
    ours = set_provider()
    return ours is None or not ours.only


def provider_here() -> Provider:
    """The provider that is set. Raises NotFound where there is none: its pages are not there."""
    found = set_provider()
    if found is None:
        raise NotFound
    return found


def set_provider() -> Provider | None:
    """The provider that is set, if any."""
    found: Provider | None = current_app.config["SETTINGS"].provider
    return found


def gate() -> Gate:
    """This process's."""
    found: Gate = current_app.extensions["openid"]
    return found


def proved_since(answer: Answer, began: datetime) -> bool:
    """Whether the person has proved themselves at the provider since then."""
    return answer.proved is not None and answer.proved >= (began - timedelta(seconds=LEEWAY)).timestamp()


def _client(ours: Provider) -> Any:
    from authlib.integrations.flask_client import FlaskOAuth2App  # noqa: PLC0415 -- of those who come this way alone

    return FlaskOAuth2App(
        None,
        "openid",
        client_id=ours.client_id,
        client_secret=ours.client_secret,
        server_metadata_url=f"{ours.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": " ".join(ours.scopes), "code_challenge_method": "S256", "default_timeout": ANSWERS_WITHIN, "leeway": 0},
    )


def _read(found: Mapping[str, Any], ours: Provider) -> dict[str, Any]:
    """What we read of the discovery document. Raises ValueError where it is not the issuer's own or says what cannot be used."""
    if found.get("issuer") != ours.issuer:
        raise ValueError("the discovery document names another issuer")
    read = {name: found[name] for name in READ if found.get(name)} | {"_loaded_at": found["_loaded_at"]}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"):
        if name in read and not _is_safe(read[name], ours):
            raise ValueError(f"{name} is no safe address")
    algorithms = [one for one in read.get("id_token_signing_alg_values_supported", ()) if one in SIGNED_BY]
    read["id_token_signing_alg_values_supported"] = algorithms or ["RS256"]
    methods = read.pop("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    read["token_endpoint_auth_method"] = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
    return read


def _is_safe(url: Any, ours: Provider) -> bool:
    """HTTPS, as the issuer is; without it only a provider that is tried on this machine."""
    return isinstance(url, str) and bool(urlsplit(url).hostname) and urlsplit(url).scheme in {"https", urlsplit(ours.issuer).scheme}


@contextmanager
def _heard() -> Iterator[None]:
    """Whatever goes wrong on the wire or in the answer becomes Failed; the log is told what kind of thing it was, nothing of the answer."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 -- of those who come this way alone
    from joserfc.errors import JoseError  # noqa: PLC0415 -- as above
    from requests import RequestException  # noqa: PLC0415 -- as above

    unfit = (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)
    try:
        yield
    except RequestException as error:
        log.warning("openid_away", error=type(error).__name__)
        raise Failed(AWAY) from error
    except unfit as error:
        log.warning("openid_unfit", error=type(error).__name__)
        raise Failed(UNFIT) from error
