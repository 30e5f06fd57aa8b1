"""How far each part of a request is: what is left, what was remarked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from events.foundation.text import N_
from events.requests.fields import SECTION_TITLES
from events.requests.rules import Finding
from events.requests.vocabulary import Section
from presenters.phrases import Words


class Progress(StrEnum):
    """The state of a section on the map; the ending of its class in the stylesheet."""

    DONE = "done"
    TODO = "todo"
    REMARK = "remark"


_GLYPHS: Mapping[Progress, str] = {Progress.DONE: "check-lg", Progress.TODO: "", Progress.REMARK: "exclamation-lg"}


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """A section with its state in words: «2 замечания», «осталось 2 поля», «готово». `current`: the reader is in it."""

    section: Section
    title: Words
    state: Progress
    word: Words
    current: bool = False

    @property
    def glyph(self) -> str:
        """What its station shows; nothing while something is left."""
        return _GLYPHS[self.state]

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return self.section.value


def section_progress(findings: Iterable[Finding], remarked: Sequence[Section]) -> tuple[SectionProgress, ...]:
    """Every section in the order of the form. `remarked`: the section of each remark that waits for an answer."""
    missing = {(finding.section, finding.field) for finding in findings}
    return tuple(_progress(one, remarked.count(one), sum(where is one for where, _ in missing)) for one in Section)


def _progress(section: Section, asked: int, left: int) -> SectionProgress:
    """A section with so many remarks to answer and fields to fill in."""
    title = SECTION_TITLES[section]
    if asked:
        return SectionProgress(section, title, Progress.REMARK, N_("%(n)s remark", "%(n)s remarks", asked))
    if left:
        return SectionProgress(section, title, Progress.TODO, N_("%(n)s field left", "%(n)s fields left", left))
    return SectionProgress(section, title, Progress.DONE, N_("complete"))
