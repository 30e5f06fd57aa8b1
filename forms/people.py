"""Forms of the account pages."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from events.factors import rules as factors
from events.foundation.text import N_
from events.people.rules import LONGEST_PASSWORD, password_weakness
from forms.fields import BaseForm, EmailField, LineField, SecretField, TickField
from presenters.language import lazy_gettext as _

ENTER_ADDRESS = N_("Please enter your e-mail address.")
ENTER_PASSWORD = N_("Please enter your password.")


class SignInForm(BaseForm):
    """Address and password; `kept` carries what was typed when the sign-in ran out."""

    email = EmailField(_("E-mail"), required=ENTER_ADDRESS)
    password = SecretField(_("Password"), required=ENTER_PASSWORD)
    next = HiddenField()
    kept = HiddenField()


class ProofForm(BaseForm):
    """The password once more."""

    password = SecretField(_("Password"), required=ENTER_PASSWORD)
    next = HiddenField()
    kept = HiddenField()


class CarriedForm(BaseForm):
    """What goes along to the provider of sign-in and comes back from it; `again`: to prove who is sitting here."""

    next = HiddenField()
    kept = HiddenField()
    again = HiddenField()


class LinkForm(BaseForm):
    """A button: nothing but the page's token."""


class AppCodeForm(BaseForm):
    """The code that an app shows."""

    code = LineField(_("Code from the app"), required=N_("Please enter the code."), most=40)

    def validate_code(self, field: Any) -> None:
        """Six digits, in groups or not."""
        if len(factors.bare_code(field.data) or "") != factors.CODE_DIGITS:
            raise ValidationError(N_("The code is six digits."))


class SecondStepForm(BaseForm):
    """A code of the app or of the paper, after the password."""

    code = LineField(_("Code"), required=N_("Please enter the code."), most=40)
    next = HiddenField()
    kept = HiddenField()

    def validate_code(self, field: Any) -> None:
        """Digits of the one kind or of the other, in groups or not."""
        if factors.bare_code(field.data) is None:
            raise ValidationError(N_("The code of the app is six digits, a recovery code is twelve."))


class PasskeyNameForm(BaseForm):
    """How its owner calls a passkey."""

    name = LineField(_("Name of the passkey"), required=N_("Please give the passkey a name."), most=factors.LONGEST_NAME)


class NewPasskeyForm(PasskeyNameForm):
    """A passkey the browser has made; `answer` is what it says of it."""

    answer = HiddenField()


class PasskeyForm(BaseForm):
    """What a passkey has answered, and for what it was asked."""

    answer = HiddenField()
    purpose = HiddenField()
    next = HiddenField()
    kept = HiddenField()


class ForgottenForm(BaseForm):
    """The address to which a link may go."""

    email = EmailField(_("E-mail"), required=ENTER_ADDRESS)


def _new() -> SecretField:
    return SecretField(_("New password"), required=N_("Please enter the new password."), most=LONGEST_PASSWORD)


def _repeat() -> SecretField:
    return SecretField(_("The new password once more"), required=N_("Please enter the new password once more."))


class NewPasswordForm(BaseForm):
    """A new password, twice; `email` is whose it will be."""

    new = _new()
    repeat = _repeat()

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = email

    def validate_new(self, field: Any) -> None:
        """The rule of new passwords."""
        weakness = password_weakness(field.data or "", email=self.owner)
        if weakness is not None:
            raise ValidationError(weakness)

    def validate_repeat(self, field: Any) -> None:
        """A slip of the finger would lock the person out."""
        if field.data != self.new.data:
            raise ValidationError(N_("The two passwords differ. Please enter the new one once more."))


class ChangePasswordForm(NewPasswordForm):
    """The present password, then the new one: fields made in the order of the page, in which their errors are listed."""

    present = SecretField(_("Present password"), required=N_("Please enter your present password."))
    new = _new()
    repeat = _repeat()


class SetUpForm(BaseForm):
    """The first start: what the district is called, and who administers it."""

    district = LineField(_("Name of the district"), required=N_("Please say what the district is called."))
    address = LineField(_("Address of the administration"), required=False, most=300)
    full_name = LineField(_("Surname, given name, patronymic"), required=N_("Please give your full name."))
    email = EmailField(_("Your e-mail"), required=ENTER_ADDRESS)
    new = SecretField(_("Password"), required=ENTER_PASSWORD, most=LONGEST_PASSWORD)
    repeat = SecretField(_("Password once more"), required=N_("Please enter the password once more."))
    example = TickField(_("Take the usual directions, types of events and reasons of a return"), default=True)

    def validate_new(self, field: Any) -> None:
        """The rule of new passwords."""
        weakness = password_weakness(field.data or "", email=self.email.data)
        if weakness is not None:
            raise ValidationError(weakness)

    def validate_repeat(self, field: Any) -> None:
        """A slip of the finger would lock the only administrator out."""
        if field.data != self.new.data:
            raise ValidationError(N_("The two passwords differ. Please enter the new one once more."))
