"""The district's rules as one frozen value: each is declared here once, is a row with its source, and is read by somebody.

The default is what an installation starts with and what holds while the table has no row. Hours of the day are Moscow time.
«Случай» in a source is a number of the settled cases of the practice (cases.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, time

from events.district.rule_values import Counts, DayOfYear, Declared, Matter, Measure, Place, Scope, rule
from events.foundation.text import N_

YOUTH = "489-ФЗ, ст. 2"
CURFEW = "Закон СПб от 19.02.2014 № 48-14"
NOISE = "Закон СПб № 273-70, ст. 8"
SCHOOL = "Практика согласования: учебное время школ"
ROUTES = "Практика согласования: условия маршрутов"
FORM = "Практика согласования: форма заявки"
FEEDS = "Правила календарей, п. 14"
BUSES = "ПП РФ от 23.09.2020 № 1527"
BUSES_UNTIL = date(2026, 12, 31)
"""The last day of the decree, which holds «до 1 января 2027 г.»; what follows it was not found (domain.md section 2.2)."""

AGES = Scope(Matter.PEOPLE, (Place.FORM_WARNING, Place.NEW_DRAFT), Counts.HANDING_IN)
OUT_LATE = Scope(Matter.CURFEW, (Place.FORM_DEMAND, Place.RISKS), Counts.EVENT)
NIGHT = Scope(Matter.CURFEW, (Place.FORM_DEMAND, Place.RISKS, Place.ROUTES), Counts.EVENT, fact="ends_after_21")
QUIET = Scope(Matter.NOISE, (Place.FORM_WARNING,), Counts.EVENT)
EVENING = Scope(Matter.CURFEW, (Place.ROUTES,), Counts.HANDING_IN, fact="ends_after_21")
LESSONS = Scope(Matter.LESSONS, (Place.ROUTES,), Counts.EVENT, fact="school_hours")
CROWD = Scope(Matter.PEOPLE, (Place.FORM_DEMAND, Place.RISKS), Counts.HANDING_IN)
CHILDREN_BY_BUS = Scope(Matter.PEOPLE, (Place.FORM_WARNING,), Counts.EVENT)
LIMITS = Scope(Matter.REQUEST, (Place.FORM_DEMAND,), Counts.HANDING_IN)
CHANGES = Scope(Matter.REQUEST, (Place.CHANGE,), Counts.PRESENT)
NUMBERS = Scope(Matter.REQUEST, (Place.NUMBER,), Counts.HANDING_IN)
DECISIONS = Scope(Matter.REQUEST, (Place.DECISION,), Counts.PRESENT)
EXPIRY = Scope(Matter.REQUEST, (Place.EXPIRY,), Counts.PRESENT)
RESTORING = Scope(Matter.REQUEST, (Place.RESTORING,), Counts.PRESENT)
FREE_TIMES = Scope(Matter.VENUES, (Place.FREE_TIMES,), Counts.PRESENT)
HOLDS = Scope(Matter.VENUES, (Place.HOLDS,), Counts.PRESENT)
REMINDERS = Scope(Matter.REMINDERS, (Place.REMINDERS,), Counts.PRESENT)
CALENDARS = Scope(Matter.CALENDARS, (Place.CALENDARS,), Counts.PRESENT)
SIGNING_IN = Scope(Matter.SIGN_IN, (Place.SIGN_IN,), Counts.NEXT_PAGE)


@dataclass(frozen=True)
class Rules:
    """The rules of one day. `events.district.queries.rules` gives them."""

    youth_age_from: int = rule(14, Measure.YEARS, YOUTH, N_("the youngest who counts as youth"), AGES, most=99)
    youth_age_to: int = rule(35, Measure.YEARS, YOUTH, N_("the oldest who counts as youth"), AGES, most=99)

    curfew_under_16_winter: time = rule(
        time(22), Measure.CLOCK, CURFEW, N_("when those under 16 must be at home outside the summer"), OUT_LATE
    )
    curfew_under_16_summer: time = rule(time(23), Measure.CLOCK, CURFEW, N_("when those under 16 must be at home in the summer"), OUT_LATE)
    curfew_under_18: time = rule(time(23), Measure.CLOCK, CURFEW, N_("when those of 16 and 17 must be at home"), OUT_LATE)
    curfew_summer_from: DayOfYear = rule(DayOfYear(6, 1), Measure.DAY_OF_YEAR, CURFEW, N_("the first day of the curfew's summer"), OUT_LATE)
    curfew_summer_to: DayOfYear = rule(DayOfYear(8, 31), Measure.DAY_OF_YEAR, CURFEW, N_("the last day of the curfew's summer"), OUT_LATE)
    escort_needed_from: time = rule(
        time(21, 30), Measure.CLOCK, CURFEW, N_("from which end on minors need an escort or a way home"), OUT_LATE
    )
    curfew_until: time = rule(time(6), Measure.CLOCK, CURFEW, N_("when the night ends until which minors are at home"), NIGHT)

    noise_until_weekday: time = rule(time(8), Measure.CLOCK, NOISE, N_("when the hours of quiet end on a working day"), QUIET)
    noise_until_weekend: time = rule(time(12), Measure.CLOCK, NOISE, N_("when the hours of quiet end on a day off"), QUIET)
    noise_from: time = rule(time(22), Measure.CLOCK, NOISE, N_("when the hours of quiet begin"), QUIET)

    evening_after: time = rule(time(21), Measure.CLOCK, ROUTES, N_("after which end routes take an event for a late one"), EVENING)
    school_day_from: time = rule(time(8, 30), Measure.CLOCK, SCHOOL, N_("when lessons begin"), LESSONS)
    school_day_to: time = rule(time(15), Measure.CLOCK, SCHOOL, N_("when lessons end"), LESSONS)
    school_year_from: DayOfYear = rule(DayOfYear(9, 1), Measure.DAY_OF_YEAR, SCHOOL, N_("the first day of the school year"), LESSONS)
    school_year_to: DayOfYear = rule(DayOfYear(5, 25), Measure.DAY_OF_YEAR, SCHOOL, N_("the last day of the school year"), LESSONS)

    safety_note_from_people: int = rule(
        50, Measure.PEOPLE, "ПП РФ № 272; 35-ФЗ, ст. 3, п. 6", N_("from how many people on safety and evacuation are described"), CROWD
    )
    bus_children_from: int = rule(
        8, Measure.PEOPLE, BUSES, N_("from how many children on a ride by bus is an organised one"), CHILDREN_BY_BUS, until=BUSES_UNTIL
    )
    bus_notice_city_hours: int = rule(
        24,
        Measure.HOURS,
        BUSES,
        N_("how long before a ride in the city the traffic police is told of it"),
        CHILDREN_BY_BUS,
        most=720,
        until=BUSES_UNTIL,
    )
    bus_notice_intercity_hours: int = rule(
        48,
        Measure.HOURS,
        BUSES,
        N_("how long before a ride between cities the traffic police is told of it"),
        CHILDREN_BY_BUS,
        most=720,
        until=BUSES_UNTIL,
    )
    bus_long_ride_age: int = rule(
        7, Measure.YEARS, BUSES, N_("from which age on children may ride a bus for long"), CHILDREN_BY_BUS, most=17, until=BUSES_UNTIL
    )
    bus_long_ride_hours: int = rule(
        4, Measure.HOURS, BUSES, N_("how long the youngest children ride a bus at most"), CHILDREN_BY_BUS, most=72, until=BUSES_UNTIL
    )
    longest_event_days: int = rule(14, Measure.DAYS, FORM, N_("how long one date may last"), LIMITS, least=1, most=3650)
    most_dates: int = rule(60, Measure.DATES, FORM, N_("how many dates one request may have"), LIMITS, least=1, most=100)
    material_people_percent: int = rule(
        20, Measure.PERCENT, "Практика согласования, случай 35", N_("by how much more people than approved is a material change"), CHANGES
    )
    number_prefix: str = rule("ММ", Measure.LETTERS, "Практика согласования, случай 33", N_("what numbers of requests begin with"), NUMBERS)
    alternatives_reach_hours: int = rule(
        6,
        Measure.HOURS,
        "Практика согласования, случай 10",
        N_("how far around a clash free times of a venue are looked for"),
        FREE_TIMES,
        most=168,
    )

    decision_sign_in_hours: int = rule(
        4,
        Measure.HOURS,
        "Практика согласования, случай 45",
        N_("how old a sign-in may be at a decision; less than one counts as one"),
        DECISIONS,
        most=12,
    )
    hold_slack_working_days: int = rule(
        2,
        Measure.WORKING_DAYS,
        "Практика согласования, случай 31",
        N_("how long after the forecast finish a venue stays held"),
        HOLDS,
        most=366,
    )
    hold_returned_working_days: int = rule(
        3,
        Measure.WORKING_DAYS,
        "Практика согласования, случай 31",
        N_("how long a venue stays held for a returned request"),
        HOLDS,
        most=366,
    )
    withdraw_passed_after_days: int = rule(
        30,
        Measure.DAYS,
        "Практика согласования, случай 30",
        N_("how long after its date a returned request is withdrawn"),
        EXPIRY,
        most=3650,
    )
    restore_within_working_days: int = rule(
        1, Measure.WORKING_DAYS, "Практика согласования, случай 37", N_("how long a cancellation can be taken back"), RESTORING, most=366
    )

    half_time_above_working_hours: int = rule(
        8,
        Measure.WORKING_HOURS,
        "Практика согласования, случай 42",
        N_("above which time for a review its holders are reminded at half-time"),
        REMINDERS,
    )
    last_reminder_working_hours: int = rule(
        1,
        Measure.WORKING_HOURS,
        "Практика согласования, случай 42",
        N_("how long before the deadline the last reminder comes"),
        REMINDERS,
        least=1,
    )
    overdue_head_working_days: int = rule(
        1,
        Measure.WORKING_DAYS,
        "Практика согласования, случай 42",
        N_("how long overdue the head of the unit learns of it"),
        REMINDERS,
        least=1,
        most=60,
    )
    overdue_curator_working_days: int = rule(
        2,
        Measure.WORKING_DAYS,
        "Практика согласования, случай 42",
        N_("how long overdue the curator learns of it"),
        REMINDERS,
        least=1,
        most=60,
    )
    remarks_author_working_days: int = rule(
        2,
        Measure.WORKING_DAYS,
        "Практика согласования, случай 17",
        N_("after how long authors are reminded of remarks"),
        REMINDERS,
        least=1,
        most=60,
    )
    remarks_head_working_days: int = rule(
        4,
        Measure.WORKING_DAYS,
        "Практика согласования, случай 17",
        N_("after how long the authors' head learns of remarks"),
        REMINDERS,
        least=1,
        most=60,
    )
    event_reminder_working_days: int = rule(
        1,
        Measure.WORKING_DAYS,
        "Практика согласования: напоминание о мероприятии",
        N_("how many working days ahead a date is recalled"),
        REMINDERS,
        most=60,
    )
    event_reminder_hours: int = rule(
        24,
        Measure.HOURS,
        "Практика согласования: напоминание о мероприятии",
        N_("how many hours ahead, at least, a date is recalled"),
        REMINDERS,
        most=720,
    )
    news_days: int = rule(
        7,
        Measure.DAYS,
        "Практика согласования: напоминания",
        N_("how long it is news that an event takes place"),
        REMINDERS,
        least=1,
        most=366,
    )
    farewell_days: int = rule(
        7,
        Measure.DAYS,
        "Практика согласования: напоминания",
        N_("how long a failed letter about an ended request is made good"),
        REMINDERS,
        least=1,
        most=366,
    )

    feed_past_days: int = rule(90, Measure.DAYS, FEEDS, N_("how far back calendars reach"), CALENDARS, most=3650)
    feed_ahead_days: int = rule(400, Measure.DAYS, FEEDS, N_("how far ahead calendars reach"), CALENDARS, least=1, most=3650)
    feed_cancelled_days: int = rule(
        30, Measure.DAYS, "Правила календарей, п. 6", N_("how long after its end a cancelled date stays in calendars"), CALENDARS, most=3650
    )

    second_step_roles: frozenset[str] = rule(
        frozenset(), Measure.ROLES, "Решение администрации района", N_("which roles need a second step at signing in"), SIGNING_IN
    )

    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What the rows of the day rest on, by key; see `source`."""

    def source(self, key: str) -> str:
        """What the rule rests on. KeyError when there is no such rule."""
        return self.sources.get(key) or DECLARED[key].source


DECLARED: Mapping[str, Declared] = {one.name: one.metadata["declared"] for one in fields(Rules) if "declared" in one.metadata}
"""Every rule by its key."""
