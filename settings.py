"""Settings of one installation, read once from the environment (MARSHRUT_*), typed, with safe defaults."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
MAKE_ONE = "this makes one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"


class SettingsError(Exception):
    """A setting that would make the installation unsafe or unable to run; the sentence says what to set."""


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

    @property
    def secure(self) -> bool:
        """Whether people reach it over HTTPS: cookies are then marked Secure and named __Host-."""
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str] | None = None, *, trial: bool = False) -> Settings:
    """The settings in the environment. `trial` is the local first run: demo data and a secret key made on the spot.

    Raises SettingsError when a value cannot be used, or when production has no secret key.
    """
    values = os.environ if environ is None else environ
    instance = Path(values.get("MARSHRUT_INSTANCE_PATH") or ROOT / "instance").resolve()
    port = _whole(values, "MARSHRUT_PORT", 8000)
    base_url = (values.get("MARSHRUT_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    host = urlsplit(base_url).hostname
    if not host or not base_url.startswith(("http://", "https://")):
        raise SettingsError("MARSHRUT_BASE_URL must be a whole address, for example https://marshrut.example.org")
    keys = _listed(values.get("MARSHRUT_SECRET_KEY", ""))
    return Settings(
        database_url=values.get("MARSHRUT_DATABASE_URL") or f"sqlite:///{instance / 'marshrut.sqlite3'}",
        instance_path=instance,
        base_url=base_url,
        port=port,
        secret_key=_secret(keys, instance, trial),
        secret_key_fallbacks=keys[1:],
        smtp_url=values.get("MARSHRUT_SMTP_URL", ""),
        mail_from=values.get("MARSHRUT_MAIL_FROM") or f"marshrut@{host}",
        trusted_hosts=_listed(values.get("MARSHRUT_TRUSTED_HOSTS", "")) or tuple(dict.fromkeys((host, "127.0.0.1", "localhost"))),
        proxy_hops=_whole(values, "MARSHRUT_PROXY_HOPS", 0),
        demo=values.get("MARSHRUT_DEMO", "1" if trial else "0") == "1",
    )


def _secret(keys: tuple[str, ...], instance: Path, trial: bool) -> str:
    """The key that signs cookies. A trial keeps its own in the instance folder; production must be given one."""
    if keys:
        if len(keys[0]) < SHORTEST_SECRET:
            raise SettingsError(f"MARSHRUT_SECRET_KEY must have at least {SHORTEST_SECRET} characters; {MAKE_ONE}")
        return keys[0]
    kept = instance / "secret_key"
    if kept.exists():
        return kept.read_text().strip()
    if not trial:
        raise SettingsError("MARSHRUT_SECRET_KEY is not set; " + MAKE_ONE)
    instance.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


def _listed(text: str) -> tuple[str, ...]:
    """Comma-separated values."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _whole(values: Mapping[str, str], name: str, default: int) -> int:
    """A whole number."""
    try:
        return int(values.get(name) or default)
    except ValueError:
        raise SettingsError(f"{name} must be a whole number") from None
