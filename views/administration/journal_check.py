"""Is the journal whole? A check by the worker with how far it has come, the end of the journal as a file, and comparing with a letter."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.audit import operations, queries
from events.audit.models import AuditCheck
from events.foundation import work
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.vocabulary import Role
from forms.journal import CompareForm
from presenters.amounts import number
from presenters.language import gettext as _
from presenters.moments import document_time
from views import access
from views.administration.blueprint import bp


@dataclass(frozen=True, slots=True)
class Progress:
    """A check under way: entries looked at of how many, since when, and who asked for it."""

    seq: int
    end: int
    asked_at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The last check that has ended: what it found, when, and who had asked for it."""

    tone: str
    found: Phrase
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing with a letter has come to."""

    tone: str
    found: Phrase


@bp.get("/journal/check")
@access.staff_as(Role.ADMIN)
def journal_check() -> ResponseReturnValue:
    """How the check stands; with a number and a checksum in the address, whether the journal has that entry."""
    compares = "seq" in request.args or "digest" in request.args
    form = CompareForm(request.args if compares else None)
    running, last, (seq, digest) = queries.running_check(), queries.last_check(), queries.head()
    names = people.full_names([one.asked_by for one in (running, last) if one is not None and one.asked_by is not None])
    return render_template(
        "administration/journal_check.html",
        running=Progress(running.seq, running.end_seq, running.asked_at, _who(running, names)) if running else None,
        last=_ended(last, _who(last, names)) if last else None,
        seq=seq,
        digest=digest,
        form=form,
        compared=_compared(form, seq) if compares else None,
    )


@bp.post("/journal/check")
@access.staff_as(Role.ADMIN)
def ask_journal_check() -> ResponseReturnValue:
    """Ask for a check; where one is under way, that one goes on."""
    if not operations.ask_check(by=access.person().actor, now=work.now()):
        flash(_("The journal is being checked already."))
    return redirect(url_for(".journal_check"), 303)


@bp.get("/journal/head.txt")
@access.staff_as(Role.ADMIN)
def journal_head() -> ResponseReturnValue:
    """The end of the journal, to be kept outside of it."""
    now, (seq, digest) = work.now(), queries.head()
    lines = [
        _("The journal of “Marshrut”, %(moment)s", moment=document_time(now)),
        _("Number of the last entry: %(seq)s", seq=seq),
        _("Checksum: %(digest)s", digest=digest),
    ]
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": f'attachment; filename="journal-{seq}.txt"'}
    return Response("\r\n".join([*lines, ""]), headers=headers)


def _who(check: AuditCheck, names: dict[int, str]) -> str:
    return names.get(check.asked_by or 0) or _("on the server")


def _ended(check: AuditCheck, who: str) -> Ended:
    at, entries, place = check.finished_at or check.asked_at, number(check.end_seq), number(check.broken_at or 0)
    if check.broken_at is None:
        found = N_("The journal is whole: all %(entries)s entries follow each other and none was changed.", entries=entries)
        return Ended("good", found, at, who)
    found = N_("The journal was changed past the system: entry %(no)s is missing, altered or foreign.", no=place)
    return Ended("bad", found, at, who)


def _compared(form: CompareForm, last: int) -> Compared | None:
    """In words; None where nothing, or nothing readable, is compared."""
    if not form.validate():
        return None
    seq, digest = int(form.seq.data or 0), str(form.digest.data).lower()
    if seq > last:
        ended = N_(
            "The journal has no such entry: its last one is %(last)s. Its end is missing, or the number is another.", last=number(last)
        )
        return Compared("bad", ended)
    if queries.holds(seq, digest):
        return Compared("good", N_("The journal has this entry unchanged. Whether all before it are sound is told by the check."))
    return Compared("bad", N_("This entry is not in the journal: it was changed, or the number or the checksum is another."))
