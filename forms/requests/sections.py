"""Every field of Content, in its sections."""

import re

from flask_babel import lazy_gettext as _
from wtforms import FormField, HiddenField

from events.requests.vocabulary import AgeMark, Format, Level, PriceType, Registration
from forms.fields import (
    BaseForm,
    LineField,
    ManyOfField,
    MoneyField,
    OneOfField,
    Part,
    PhoneField,
    PickField,
    TextField,
    TickField,
    WholeField,
)
from forms.requests.rows import BudgetRow, CoOrganizerRow, DateRow, RowsField


class RussianPhoneField(PhoneField):
    """A telephone number; «8 (921) 123-45-67» becomes +79211234567, anything else stays as typed for the rule to judge."""

    longest = 20

    def _cleaned(self, text: str | None) -> str:
        """+7 and ten digits where the typed number is a Russian one."""
        typed = super()._cleaned(text)
        digits = re.sub(r"[\s()+.\-\u2010-\u2014]", "", typed)
        if re.fullmatch(r"[78][0-9]{10}", digits):
            return f"+7{digits[1:]}"
        return f"+7{digits}" if re.fullmatch(r"9[0-9]{9}", digits) else typed


class Stamps(Part):
    """On what each section was written: its version and the digest of what stood in it, «3.0f…»."""

    content = HiddenField()
    schedule = HiddenField()
    venue = HiddenField()
    people = HiddenField()
    money = HiddenField()
    safety = HiddenField()
    publicity = HiddenField()


class SectionsForm(BaseForm):
    """What stands on the page, before anything is done with it. Saving twice changes nothing the second time: no receipt is needed."""

    nonce = None
    stamps = FormField(Stamps)
    facts_of = HiddenField()
    """The venue whose facts stand in the form; another one chosen without JavaScript has its facts filled in on saving."""

    title = LineField(_("Title"), required=False, most=300)
    short_desc = TextField(_("Announcement"), required=False, most=600)
    description = TextField(_("Description"), required=False, most=20_000)
    goal = TextField(_("Goal and expected result"), required=False, most=5000)
    direction = PickField(_("Direction of youth policy"), required=False)
    extra_directions = ManyOfField(_("Further directions"), required=False)
    event_type = PickField(_("Type of event"), required=False)
    level = PickField(_("Level"), kind=Level, required=False)
    format = OneOfField(_("How it is held"), kind=Format, required=False)
    co_organizers = RowsField(CoOrganizerRow, _("Co-organizers"))
    partners = TickField(_("Partners take part: companies, NGOs, foundations"))
    partners_note = TextField(_("Who the partners are and what they do"), required=False, most=1000)
    prizes = TickField(_("Prizes are awarded"))
    out_of_plan = TickField(_("The event is not in the district's plan"))
    out_of_plan_reason = TextField(_("Why it is not in the plan"), required=False, most=1000)
    late_reason = TextField(_("Why the request is late"), required=False, most=1000)

    occurrences = RowsField(DateRow, _("Dates"))

    venue_id = PickField(_("Venue"), kind=int, required=False)
    place_name = LineField(_("Another place"), required=False)
    place_address = LineField(_("Address of the place"), required=False, most=300)
    outdoor = TickField(_("In the open air"))
    rain_plan = TextField(_("What happens in bad weather"), required=False, most=1000)
    two_districts = TickField(_("Held in two or more districts"))
    accessibility = TextField(_("Accessibility"), required=False, most=500)
    online_url = LineField(_("Address of the broadcast"), required=False, most=500)

    expected = WholeField(_("Expected participants"), required=False)
    age_from = WholeField(_("Age from"), required=False)
    age_to = WholeField(_("Age to"), required=False)
    minors = TickField(_("Minors take part"))
    pupils = TickField(_("Organised groups from schools"))
    escort = TextField(_("Who escorts minors home, or how they get there"), required=False, most=1000)
    vip = TickField(_("The head of the district or official guests take part"))
    vip_note = LineField(_("Who exactly"), required=False, most=300)
    responsible_id = PickField(_("Person in charge"), kind=int, required=False)
    responsible_phone = RussianPhoneField(_("Phone of the person in charge"), required=False)

    budget = RowsField(BudgetRow, _("Estimate"))
    price_type = OneOfField(_("Entry"), kind=PriceType, required=False)
    price_rub = MoneyField(_("Price"), required=False)

    sound = TickField(_("Sound amplification"))
    stage = TickField(_("Stage, structures, generator"))
    sport = TickField(_("Sports competition"))
    food = TickField(_("Food or trade"))
    buses = TickField(_("Children are carried by bus"))
    street_closure = TickField(_("Streets are closed to traffic"))
    pyro = TickField(_("Pyrotechnics, open fire, drones, animals"))
    safety_note = TextField(_("Safety and evacuation"), required=False, most=2000)

    public = TickField(_("Publish in the public listing"))
    age_mark = PickField(_("Age mark"), kind=AgeMark, required=False)
    registration = OneOfField(_("Registration"), kind=Registration, required=False)
    registration_url = LineField(_("Address of the registration page"), required=False, most=500)
    photo = TickField(_("Photos or video are taken"))
    bring = LineField(_("What to bring"), required=False, most=300)
    comment = TextField(_("Comment for the reviewers"), required=False, most=1000)
