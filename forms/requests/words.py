"""The words of closed lists and of sections."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from events.foundation.text import N_, Phrase
from events.requests.vocabulary import BudgetSource, Format, Level, PriceType, Registration, Section

LEVELS = (
    (Level.INSTITUTION, _("Of the institution")),
    (Level.DISTRICT, _("Of the district")),
    (Level.CITY, _("Of the city")),
    (Level.NATIONAL, _("National")),
)
FORMATS = (
    (Format.OFFLINE, _("In person")),
    (Format.ONLINE, _("Online")),
    (Format.MIXED, _("In person and online")),
)
SOURCES = (
    (BudgetSource.STATE_TASK, _("Subsidy for the state task")),
    (BudgetSource.TARGET_SUBSIDY, _("Targeted subsidy")),
    (BudgetSource.PROGRAMME_452, _("State programme, resolution No. 452")),
    (BudgetSource.OFF_BUDGET, _("Earned income")),
    (BudgetSource.SPONSOR, _("Sponsors")),
)
ENTRY = ((PriceType.FREE, _("Free")), (PriceType.PAID, _("Paid")))
SIGNING_UP = (
    (Registration.NONE, _("Not needed, everyone may come")),
    (Registration.EXTERNAL, _("By a link")),
)
LABELS = {"level": LEVELS, "format": FORMATS, "price_type": ENTRY, "registration": SIGNING_UP}
"""The words of closed lists, by field."""

SECTION_TITLES: Mapping[Section, Phrase] = {
    Section.CONTENT: N_("About the event"),
    Section.SCHEDULE: N_("Dates and times"),
    Section.VENUE: N_("Venue"),
    Section.PEOPLE: N_("Participants"),
    Section.MONEY: N_("Money"),
    Section.SAFETY: N_("Safety"),
    Section.PUBLICITY: N_("Publicity"),
}
