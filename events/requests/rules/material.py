"""Which changes to an approved request need a new approval."""

from events.district.rules import Rules
from events.requests.fields import FIELDS, Content, Material


def material_change(approved: Content, wanted: Content, rules: Rules) -> tuple[str, ...]:
    """The fields whose change needs a new approval by everyone who watches them (cases.md 35); the rest is editorial."""
    return tuple(name for name in FIELDS if _is_material(name, approved, wanted, rules))


def _is_material(name: str, approved: Content, wanted: Content, rules: Rules) -> bool:
    """Whether this field changed as its declaration says."""
    before, after = getattr(approved, name), getattr(wanted, name)
    match FIELDS[name].material:
        case Material.NO:
            return False
        case Material.ANY:
            return bool(before != after)
        case Material.DEARER:
            return wanted.budget_rub > approved.budget_rub
        case Material.MANY_MORE:
            return bool((after or 0) * 100 > (before or 0) * (100 + rules.material_people_percent))
