"""Settings of one installation, read once from the environment (MARSHRUT_*), typed, with safe defaults."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from events.foundation.text import N_, Phrase
from events.identities.vocabulary import Provider
from events.outbox.channels import Undeliverable
from events.outbox.channels.email.letter import checked_address
from events.outbox.channels.email.smtp import read_server

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
MAKE_ONE = "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
HIGHEST_PORT = 65535
MOST_PROXIES = 10
"""More than anybody has in front; a number beyond is a slip."""
DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")


class SettingsError(Exception):
    """A setting that would make the installation unsafe or unable to run; the sentence names the variable and says what to set."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid % phrase.params)
        self.phrase = phrase


@dataclass(frozen=True)
class Settings:
    """Every setting of the product. Read by app.py only."""

    database_url: str
    instance_path: Path
    base_url: str
    port: int
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    smtp_url: str
    mail_from: str
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    demo: bool
    provider: Provider | None = None
    """Who else says who somebody is; None: passwords alone."""

    @property
    def secure(self) -> bool:
        """Whether people reach it over HTTPS: cookies are then marked Secure and named __Host-."""
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str] | None = None, *, trial: bool = False) -> Settings:
    """The settings in the environment. `trial` is the local first run: demo data and a secret key made on the spot.

    Raises SettingsError when a value cannot be used, or when production has no secret key.
    """
    values = os.environ if environ is None else environ
    instance = _folder(values.get("MARSHRUT_INSTANCE_PATH"))
    port = _whole(values, "MARSHRUT_PORT", 8000, 1, HIGHEST_PORT)
    base_url = (values.get("MARSHRUT_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    host = _host(base_url)
    keys = _listed(values.get("MARSHRUT_SECRET_KEY", ""))
    return Settings(
        database_url=_database(values.get("MARSHRUT_DATABASE_URL") or f"sqlite:///{instance / 'marshrut.sqlite3'}", instance),
        instance_path=instance,
        base_url=base_url,
        port=port,
        secret_key=_secret(keys, instance, trial),
        secret_key_fallbacks=keys[1:],
        smtp_url=_smtp(values.get("MARSHRUT_SMTP_URL", "")),
        mail_from=_sender(values.get("MARSHRUT_MAIL_FROM", "")) or f"marshrut@{host}",
        trusted_hosts=_listed(values.get("MARSHRUT_TRUSTED_HOSTS", "")) or tuple(dict.fromkeys((host, "127.0.0.1", "localhost"))),
        proxy_hops=_whole(values, "MARSHRUT_PROXY_HOPS", 0, 0, MOST_PROXIES),
        demo=_whole(values, "MARSHRUT_DEMO", int(trial), 0, 1) == 1,
        provider=_provider(values),
    )


def _folder(path: str | None) -> Path:
    """The instance folder, made if it is not there."""
    instance = Path(path or ROOT / "instance").resolve()
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(N_("MARSHRUT_INSTANCE_PATH: %(folder)s cannot be made or is no folder", folder=str(instance))) from error
    return instance


def _host(base_url: str) -> str:
    """The name in the address people use."""
    try:
        parts = urlsplit(base_url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not base_url.startswith(("http://", "https://")):
        raise SettingsError(N_("MARSHRUT_BASE_URL must be a whole address, for example https://marshrut.example.org"))
    return host


def _database(url: str, instance: Path) -> str:
    """The address of a database of a kind we know; a file's folder must be there."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        parts = URL.create("")
    if parts.drivername not in DATABASES:
        raise SettingsError(N_("MARSHRUT_DATABASE_URL must look like postgresql://user@host/name or sqlite:////folder/file.sqlite3"))
    if parts.drivername == "sqlite" and parts.database and not (folder := (instance / parts.database).parent).is_dir():
        raise SettingsError(N_("MARSHRUT_DATABASE_URL: there is no folder %(folder)s", folder=str(folder)))
    return url


def _smtp(url: str) -> str:
    """The mail server; the refusal never repeats the password."""
    try:
        if url:
            read_server(url)
    except ValueError:
        raise SettingsError(N_("MARSHRUT_SMTP_URL must look like smtp://host:25 or smtps://user:password@host:465")) from None
    return url


def _sender(address: str) -> str:
    """The sender of letters, by the rule for every address letters go to."""
    try:
        return address and checked_address(address)
    except Undeliverable:
        raise SettingsError(N_("MARSHRUT_MAIL_FROM must be one address, for example marshrut@example.org")) from None


def _secret(keys: tuple[str, ...], instance: Path, trial: bool) -> str:
    """The key that signs cookies. A trial keeps its own in the instance folder; production must be given one."""
    if keys:
        if len(keys[0]) < SHORTEST_SECRET:
            raise SettingsError(
                N_(
                    "MARSHRUT_SECRET_KEY must have at least %(least)s characters; this makes one: %(how)s",
                    least=SHORTEST_SECRET,
                    how=MAKE_ONE,
                )
            )
        return keys[0]
    kept = instance / "secret_key"
    if kept.exists():
        return kept.read_text().strip()
    if not trial:
        raise SettingsError(N_("MARSHRUT_SECRET_KEY is not set; this makes one: %(how)s", how=MAKE_ONE))
    kept.touch(mode=0o600)
    kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


OIDC_NEEDED = ("MARSHRUT_OIDC_ISSUER", "MARSHRUT_OIDC_CLIENT_ID", "MARSHRUT_OIDC_CLIENT_SECRET", "MARSHRUT_OIDC_NAME")
OIDC_FURTHER = ("MARSHRUT_OIDC_SCOPES", "MARSHRUT_OIDC_ROLES_CLAIM", "MARSHRUT_OIDC_ONLY")
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def _provider(values: Mapping[str, str]) -> Provider | None:
    """The provider of sign-in: set as a whole or not at all."""
    given = {name: text for name in (*OIDC_NEEDED, *OIDC_FURTHER) if (text := values.get(name, "").strip())}
    if not given:
        return None
    missing = [name for name in OIDC_NEEDED if name not in given]
    if missing:
        raise SettingsError(
            N_("Sign-in through a provider is set by half. Set these too, or none of MARSHRUT_OIDC_*: %(names)s", names=", ".join(missing))
        )
    scopes = given.get("MARSHRUT_OIDC_SCOPES", "openid email profile").split()
    return Provider(
        issuer=_issuer(given["MARSHRUT_OIDC_ISSUER"]),
        client_id=given["MARSHRUT_OIDC_CLIENT_ID"],
        client_secret=given["MARSHRUT_OIDC_CLIENT_SECRET"],
        name=given["MARSHRUT_OIDC_NAME"],
        scopes=tuple(dict.fromkeys(("openid", *scopes))),
        roles_claim=given.get("MARSHRUT_OIDC_ROLES_CLAIM", "roles"),
        only=_whole(values, "MARSHRUT_OIDC_ONLY", 0, 0, 1) == 1,
    )


def _issuer(url: str) -> str:
    """The provider's name is an address: of HTTPS, but for one that is tried on this machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.query or parts.fragment or not (parts.scheme == "https" or (parts.scheme == "http" and host in HERE)):
        raise SettingsError(N_("MARSHRUT_OIDC_ISSUER must be a whole address, for example https://keycloak.example.org/realms/district"))
    return url


def _listed(text: str) -> tuple[str, ...]:
    """Comma-separated values."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _whole(values: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number in its range."""
    given = values.get(name)
    try:
        number = int(given) if given else default
    except ValueError:
        number = -1
    if not least <= number <= most:
        raise SettingsError(N_("%(name)s must be a whole number from %(least)s to %(most)s", name=name, least=least, most=most))
    return number
