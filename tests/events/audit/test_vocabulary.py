"""The words of the audit: each is recorded by some verb, by its own name."""

import re
from pathlib import Path

from events.audit.vocabulary import Action

ROOT = Path(__file__).resolve().parents[3]


def test_every_action_is_recorded_somewhere():
    recording = [path.read_text() for folder in ("events", "views", "commands") for path in sorted((ROOT / folder).rglob("*.py"))]
    named = {name for text in recording for name in re.findall(r"\bAction\.([A-Z_]+)\b", text)}
    assert [one.name for one in Action if one.name not in named] == []
