"""What rules are about, where they act, and which day counts."""

from collections.abc import Mapping

from events.district.rule_values import Counts, Matter, Place
from events.foundation.text import N_, Phrase

MATTERS: Mapping[Matter, Phrase] = {
    Matter.PEOPLE: N_("Participants and safety"),
    Matter.CURFEW: N_("Evening and minors"),
    Matter.NOISE: N_("Hours of quiet"),
    Matter.LESSONS: N_("Lessons and terms"),
    Matter.REQUEST: N_("Requests and their changes"),
    Matter.VENUES: N_("Venues and bookings"),
    Matter.REMINDERS: N_("Reminders"),
    Matter.CALENDARS: N_("Calendars"),
    Matter.SIGN_IN: N_("Signing in"),
}
PLACES: Mapping[Place, Phrase] = {
    Place.FORM_DEMAND: N_("demand of the form"),
    Place.FORM_WARNING: N_("warning in the form"),
    Place.NEW_DRAFT: N_("beginning of a new request"),
    Place.RISKS: N_("risks on the page of a review"),
    Place.ROUTES: N_("conditions of routes"),
    Place.CHANGE: N_("material changes of what is approved"),
    Place.NUMBER: N_("number of a request"),
    Place.FREE_TIMES: N_("free times of a venue in the form"),
    Place.HOLDS: N_("bookings of venues"),
    Place.EXPIRY: N_("withdrawal of returned requests"),
    Place.DECISION: N_("sign-in at a decision"),
    Place.RESTORING: N_("taking back a cancellation"),
    Place.REMINDERS: N_("reminders"),
    Place.CALENDARS: N_("calendars"),
    Place.SIGN_IN: N_("pages of the staff"),
}
COUNTED: Mapping[Counts, Phrase] = {
    Counts.EVENT: N_(
        "A request is checked at its submission by what holds on the day of the event; what has been submitted is not checked anew."
    ),
    Counts.HANDING_IN: N_("What holds on the day on which a request is submitted counts."),
    Counts.NEXT_PAGE: N_(
        "From its day on whoever has such a role and no second step is led to set one up, and opens no other page before; "
        "until then a notice stands on the desk."
    ),
    Counts.PRESENT: N_("What holds today counts, for requests in approval, too; letters sent and numbers given stay as they are."),
}
