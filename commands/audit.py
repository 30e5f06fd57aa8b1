"""`flask --app app audit verify`: does the chain of the audit hold?"""

import json

import click

from commands.files import Group, tell
from events.audit import operations as audit
from events.foundation import work
from events.foundation.text import N_

group = Group("audit", help="The append-only log of what the office did.")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(*, as_json: bool) -> None:
    """Check every entry against its hash and the stored head; exit 1 at a break."""
    verdict = work.transaction(audit.verify, write=False)
    if as_json:
        click.echo(json.dumps({"entries": verdict.entries, "head": verdict.head, "broken_at": verdict.broken_at, "holds": verdict.holds}))
    else:
        tell(N_("Records: %(entries)s. Checksum of the last one: %(head)s.", entries=verdict.entries, head=verdict.head))
        tell(
            N_("The chain of records holds.")
            if verdict.holds
            else N_("The chain of records is broken at record %(no)s", no=verdict.broken_at)
        )
    if not verdict.holds:
        raise SystemExit(1)
