"""Settings come from the environment; what would make an installation unsafe stops the start with a sentence that says what to do."""

from pathlib import Path

import pytest

import settings
from settings import SettingsError

KEY = "k" * 48
OIDC = {"OIDC_CLIENT_ID": "marshrut", "OIDC_CLIENT_SECRET": "s", "OIDC_NAME": "Keycloak"}


def read(tmp_path: Path, *, trial: bool = False, **values: str) -> settings.Settings:
    return settings.read(
        {"MARSHRUT_INSTANCE_PATH": str(tmp_path), **{f"MARSHRUT_{name}": value for name, value in values.items()}}, trial=trial
    )


def test_production_has_safe_defaults(tmp_path: Path) -> None:
    got = read(tmp_path, SECRET_KEY=KEY, BASE_URL="https://events.example.org/")
    assert (got.base_url, got.secure, got.demo, got.proxy_hops) == ("https://events.example.org", True, False, 0)
    assert got.trusted_hosts == ("events.example.org", "127.0.0.1", "localhost")
    assert got.database_url == f"sqlite:///{tmp_path / 'marshrut.sqlite3'}"
    assert got.mail_from == "marshrut@events.example.org"


def test_first_key_signs_and_the_others_are_still_accepted(tmp_path: Path) -> None:
    got = read(tmp_path, SECRET_KEY=f"{KEY}, old-{KEY}")
    assert (got.secret_key, got.secret_key_fallbacks) == (KEY, (f"old-{KEY}",))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "MARSHRUT_SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "at least 32 characters"),
        ({"SECRET_KEY": KEY, "BASE_URL": "events.example.org"}, "MARSHRUT_BASE_URL must be a whole address"),
        ({"SECRET_KEY": KEY, "PORT": "eighty"}, "MARSHRUT_PORT must be a whole number"),
        (
            {"SECRET_KEY": KEY, "OIDC_ISSUER": "https://id.example.org", "OIDC_NAME": "Keycloak"},
            "MARSHRUT_OIDC_CLIENT_ID, MARSHRUT_OIDC_CLIENT_SECRET",
        ),
        ({"SECRET_KEY": KEY, "OIDC_ONLY": "1"}, "set by half"),
        ({"SECRET_KEY": KEY, **OIDC, "OIDC_ISSUER": "http://id.example.org"}, "MARSHRUT_OIDC_ISSUER must be a whole address"),
        ({"SECRET_KEY": KEY, "PROXY_HOPS": "one"}, "MARSHRUT_PROXY_HOPS must be a whole number"),
    ],
)
def test_what_is_unsafe_or_unreadable_stops_the_start(tmp_path: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(tmp_path, **values)


def test_a_trial_makes_its_own_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first = read(tmp_path, trial=True)
    assert (first.demo, len(first.secret_key) >= 32) == (True, True)
    assert read(tmp_path, trial=True).secret_key == first.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
