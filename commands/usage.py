"""What click itself says, in the language of everything else that commands say: of a command called wrongly, and on a page of help.

click asks two functions, gettext's own, for each of its sentences, in whatever language the terminal is set to; here it is given ours.
A sentence of click that is not among these stays English.
"""

from click import core, decorators, exceptions, formatting, parser, termui, types
from flask import Flask, has_app_context

from events.foundation.text import N_
from presenters.language import form, gettext

CLICK_SAYS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("required"),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Choose from:\n\t{choices}"),
    N_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    N_("Option {name!r} does not take a value."),
    N_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Invalid value: {message}"),
    N_("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("Aborted!"),
    N_("Error: The two entered values do not match."),
    N_("Repeat for confirmation"),
)
"""All that our commands, their options and arguments can bring it to say."""


def speak(app: Flask) -> None:
    """Let click ask our catalogue. What was wrong with a command is said when its context is gone: then in the language of `app`."""

    def said(sentence: str) -> str:
        if has_app_context():
            return gettext(sentence)
        with app.app_context():
            return gettext(sentence)

    def counted(one: str, many: str, count: int) -> str:
        if has_app_context():
            return form(one, many, count)
        with app.app_context():
            return form(one, many, count)

    for module in (core, decorators, exceptions, formatting, parser, termui, types):
        vars(module).update({name: one for name, one in (("_", said), ("ngettext", counted)) if name in vars(module)})
