"""Which changes to an approved request need a new approval."""

from events.district.rules import Rules
from events.requests.sections import SECTION_OF, Content
from events.requests.vocabulary import Section


def material_change(approved: Content, wanted: Content, rules: Rules) -> tuple[str, ...]:
    """The fields whose change needs a new approval by everyone who watches them (cases.md 35); the rest is editorial."""
    changed = {name for name in _MATERIAL if getattr(approved, name) != getattr(wanted, name)}
    if wanted.budget_rub > approved.budget_rub:
        changed.add("budget")
    limit = (approved.expected or 0) * (100 + rules.material_people_percent)
    if (wanted.expected or 0) * 100 > limit:
        changed.add("expected")
    return tuple(name for name in SECTION_OF if name in changed)


_MATERIAL = frozenset(
    {"title", "occurrences", "venue_id", "place_name", "place_address", "outdoor", "co_organizers", "safety_note", "escort", "rain_plan"}
    | {name for name, section in SECTION_OF.items() if section is Section.SAFETY}
)
