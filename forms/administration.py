"""Forms of the administrator's pages that are no directory."""

from wtforms import HiddenField

from events.foundation.text import N_
from forms.fields import BaseForm, LineField
from presenters.language import lazy_gettext as _


class DistrictForm(BaseForm):
    """What the district is called; `seen` names the state the form was opened in."""

    name = LineField(_("Name of the district"), required=N_("Please say what the district is called."))
    address = LineField(_("Address of the administration"), required=False, most=300)
    seen = HiddenField()
