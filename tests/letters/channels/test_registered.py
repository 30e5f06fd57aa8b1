"""The channels at work: every kind has one, and it takes the messages of that kind."""

from pathlib import Path

import pytest

from events.outbox.vocabulary import ChannelKind
from letters.channels import CHANNELS
from tests.fixtures.databases import settings_for


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_channel_is_registered_under_its_own_kind(kind: ChannelKind, tmp_path: Path):
    channel = CHANNELS[kind].open(settings_for("sqlite://", tmp_path), tmp_path)
    assert channel.kind is kind
    channel.close()
