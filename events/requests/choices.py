"""How the closed lists of the form are said, in the order in which they are offered."""

from collections.abc import Mapping

from events.foundation.text import N_, Phrase
from events.requests.vocabulary import BudgetSource, Format, Level, PriceType, Registration

LEVELS: Mapping[Level, Phrase] = {
    Level.INSTITUTION: N_("Of the institution"),
    Level.DISTRICT: N_("Of the district"),
    Level.CITY: N_("Of the city"),
    Level.NATIONAL: N_("National"),
}
FORMATS: Mapping[Format, Phrase] = {
    Format.OFFLINE: N_("In person"),
    Format.ONLINE: N_("Online"),
    Format.MIXED: N_("In person and online"),
}
ENTRY: Mapping[PriceType, Phrase] = {PriceType.FREE: N_("Free"), PriceType.PAID: N_("Paid")}
SIGNING_UP: Mapping[Registration, Phrase] = {
    Registration.NONE: N_("Not needed, everyone may come"),
    Registration.EXTERNAL: N_("By a link"),
}
SOURCES: Mapping[BudgetSource, Phrase] = {
    BudgetSource.STATE_TASK: N_("Subsidy for the state task"),
    BudgetSource.TARGET_SUBSIDY: N_("Targeted subsidy"),
    BudgetSource.PROGRAMME_452: N_("State programme, resolution No. 452"),
    BudgetSource.OFF_BUDGET: N_("Earned income"),
    BudgetSource.SPONSOR: N_("Sponsors"),
}
"""Of a line of the estimate."""
