"""Every field of Content, in its sections."""

from collections.abc import Sequence
from typing import Any

from wtforms import FormField, HiddenField

from events.foundation.link import LONGEST_LINK
from events.requests.fields import FIELDS
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
from forms.requests.words import label


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

    title = LineField(label("title"), required=False, most=300)
    short_desc = TextField(label("short_desc"), required=False, most=600)
    description = TextField(label("description"), required=False, most=20_000)
    goal = TextField(label("goal"), required=False, most=5000)
    direction = PickField(label("direction"), required=False)
    extra_directions = ManyOfField(label("extra_directions"), required=False)
    event_type = PickField(label("event_type"), required=False)
    level = PickField(label("level"), kind=Level, required=False)
    format = OneOfField(label("format"), kind=Format, required=False)
    co_organizers = RowsField(CoOrganizerRow, label("co_organizers"))
    partners_note = TextField(label("partners_note"), required=False, most=1000)
    out_of_plan_reason = TextField(label("out_of_plan_reason"), required=False, most=1000)
    late_reason = TextField(label("late_reason"), required=False, most=1000)

    occurrences = RowsField(DateRow, label("occurrences"))

    venue_id = PickField(label("venue_id"), kind=int, required=False)
    place_name = LineField(label("place_name"), required=False)
    place_address = LineField(label("place_address"), required=False, most=300)
    rain_plan = TextField(label("rain_plan"), required=False, most=1000)
    accessibility = TextField(label("accessibility"), required=False, most=500)
    online_url = LineField(label("online_url"), required=False, most=LONGEST_LINK)

    expected = WholeField(label("expected"), required=False)
    age_from = WholeField(label("age_from"), required=False)
    age_to = WholeField(label("age_to"), required=False)
    escort = TextField(label("escort"), required=False, most=1000)
    vip_note = LineField(label("vip_note"), required=False, most=300)
    responsible_id = PickField(label("responsible_id"), kind=int, required=False)
    responsible_phone = PhoneField(label("responsible_phone"), required=False)

    budget = RowsField(BudgetRow, label("budget"))
    price_type = OneOfField(label("price_type"), kind=PriceType, required=False)
    price_rub = MoneyField(label("price_rub"), required=False)

    safety_note = TextField(label("safety_note"), required=False, most=2000)

    age_mark = PickField(label("age_mark"), kind=AgeMark, required=False)
    registration = OneOfField(label("registration"), kind=Registration, required=False)
    registration_url = LineField(label("registration_url"), required=False, most=LONGEST_LINK)
    bring = LineField(label("bring"), required=False, most=300)
    comment = TextField(label("comment"), required=False, most=1000)

    def ticks(self, section: str, first: Sequence[str] = ()) -> list[Any]:
        """Every tick of a section, those named first before the others."""
        names = [name for name, one in FIELDS.items() if one.tick and one.section == section]
        return [self[name] for name in dict.fromkeys([*first, *names])]


for _name, _one in FIELDS.items():
    if _one.tick:
        setattr(SectionsForm, _name, TickField(label(_name)))
