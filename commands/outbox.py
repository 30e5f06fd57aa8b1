"""`flask --app app outbox ...`: what waits to be sent, and another try for what failed."""

import json
from collections.abc import Mapping

import click

from commands.files import Group, tell
from events.foundation import clock, work
from events.foundation.text import N_, Phrase
from events.outbox import operations, queries
from events.outbox.vocabulary import MessageState

FIGURES: Mapping[str, Phrase] = {
    MessageState.PENDING.value: N_("waiting to be sent"),
    MessageState.CLAIMED.value: N_("being sent"),
    MessageState.SENT.value: N_("sent"),
    MessageState.FAILED.value: N_("failed"),
    MessageState.CANCELLED.value: N_("no longer needed"),
    "due": N_("late"),
    "oldest_due_seconds": N_("the oldest late one has waited, seconds"),
}
"""How each figure is called, the states of messages first."""

group = Group("outbox", help="Messages to people.")


@group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(*, as_json: bool) -> None:
    """How many messages stand in each state, and how long the oldest that is due has waited; as JSON also for each channel."""
    now = clock.now()
    counts, by_channel = work.transaction(lambda: (queries.status(now), queries.status_by_channel(now)), write=False)
    if as_json:
        click.echo(json.dumps({**counts, "channels": by_channel}))
        return
    for name, count in counts.items():
        tell(N_("%(name)s: %(count)s", name=FIGURES[name], count=count))


@group.command("retry")
def retry() -> None:
    """Let every failed message try again."""
    tell(N_("Messages that will be tried again: %(count)s.", count=work.transaction(lambda: operations.retry(work.now()))))
