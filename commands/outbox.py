"""`flask --app app outbox ...`: what waits to be sent, and another try for what failed."""

import json

import click

from commands.files import Group
from events.foundation import clock, work
from events.outbox import operations, queries

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
        click.echo(f"{name}: {count}")


@group.command("retry")
def retry() -> None:
    """Let every failed message try again."""
    click.echo(f"trying again: {work.transaction(lambda: operations.retry(work.now()))}")
