"""`flask --app app feeds ...`: calendar entries are made when an event changes; these make them anew when the installation has changed."""

from collections.abc import Sequence
from functools import partial

import structlog
from flask import Flask, current_app

from commands.files import Group, tell
from events.calendars import operations, queries
from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.text import N_

BATCH = 50
"""Events in one transaction: others wait for it."""
RUN = "flask --app app feeds render"

group = Group("feeds", help="Public calendars: make what is published anew.")
_log = structlog.get_logger()


@group.command()
def render() -> None:
    """Make every published entry anew, after MARSHRUT_BASE_URL, a directory or the form of entries has changed. Safe to run again."""
    base_url = current_app.config["BASE_URL"]
    ids = work.transaction(queries.published_requests, write=False)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        work.transaction(partial(_render, batch, base_url))
        tell(N_("Done: %(done)s of %(all)s events", done=start + len(batch), all=len(ids)))
    left = work.transaction(lambda: queries.out_of_date(base_url), write=False)
    if left:
        raise Refused(N_("Entries that could not be made anew: %(count)s. The log says why, at publication_failed.", count=left))
    tell(N_("All calendar entries are made for %(address)s.", address=base_url))


def _render(request_ids: Sequence[int], base_url: str) -> None:
    """One batch, in the running transaction."""
    operations.render_again(request_ids, work.now(), base_url=base_url)


def note_out_of_date(app: Flask) -> None:
    """Say in the log when stored entries were made for another address or form. Whoever starts is never stopped by it."""
    with app.app_context():
        try:
            entries = work.transaction(lambda: queries.out_of_date(app.config["BASE_URL"]), write=False)
        except work.DatabaseError as error:
            _log.warning("calendar_entries_not_looked_at", error=type(error.orig).__name__)
            return
    if entries:
        _log.warning("calendar_entries_out_of_date", entries=entries, base_url=app.config["BASE_URL"], run=RUN)
