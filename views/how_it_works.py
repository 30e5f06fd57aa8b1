"""«Как это работает»: the heading of the guides that is about the page. One table for all pages of the staff."""

from collections.abc import Mapping

from flask import request

from views.addresses import named_url

_ABOUT: Mapping[str, str] = {
    "everyone#desk": "desk.desk",
    "everyone#requests": "requests.listing",
    "everyone#search": "search.search",
    "everyone#request": "request_page.show request_page.revision",
    "everyone#history": "request_page.history request_page.sheet",
    "everyone#profile": "people.profile people.choose_language people.sign_out",
    "everyone#security": "people.security people.remove_app people.renew_codes",
    "everyone#second-step": "people.app people.propose_app people.confirm_app people.codes",
    "everyone#passkey": "people.new_passkey people.add_passkey people.rename_passkey people.remove_passkey",
    "everyone#sessions": "people.end_session people.end_other_sessions",
    "everyone#refusals": "answers.answer",
    "specialist#begin": "requests.new requests.copy",
    "specialist#fill": "requests.edit requests.throw_away",
    "specialist#submit": "requests.check requests.submit",
    "specialist#take-back": "request_page.take_back",
    "specialist#returned": "request_page.answer",
    "specialist#withdraw": "request_page.withdraw",
    "specialist#amend": "request_page.amend",
    "specialist#postpone": "request_page.postpone",
    "specialist#cancel": "request_page.cancel request_page.restore request_page.restore_date",
    "approver#list": "reviews.listing",
    "approver#decide": "reviews.review reviews.decide",
    "approver#recall": "reviews.recall",
    "approver#informed": "reviews.acknowledge reviews.acknowledge_shown",
    "coordinator#return-now": "request_page.return_now",
    "coordinator#stop": "request_page.stop",
    "administrator#first-start": (
        "administration.first_steps administration.fold_first_steps administration.first_routes administration.take_routes "
        "administration.add_missing_units administration.first_letter administration.send_trial_letter "
        "administration.district administration.keep_district"
    ),
    "administrator#directories": (
        "administration.index administration.listing administration.new administration.add administration.entry administration.keep"
    ),
    "administrator#import": "administration.choose administration.upload administration.checked administration.load",
    "administrator#people": "administration.person administration.keep_person administration.send_link administration.readmit",
    "administrator#reset": "administration.reset_second_step",
    "administrator#invite": "administration.new_person administration.invite",
    "administrator#roles": "administration.grant administration.revoke",
    "administrator#dismiss": "administration.dismissal administration.dismiss",
    "administrator#rules": "administration.rules administration.rule",
    "administrator#rule-change": (
        "administration.set_rule administration.period administration.change_period administration.remove_period"
    ),
    "administrator#journal": "administration.journal administration.save_journal",
    "administrator#journal-check": "administration.journal_check administration.ask_journal_check",
    "administrator#calendar": (
        "worktime.this_year worktime.show worktime.days worktime.set_day worktime.proposal worktime.propose "
        "worktime.confirmation worktime.confirm"
    ),
}  # fmt: skip
"""Guide and anchor, and the endpoints whose pages it explains; a POST draws its page itself where it cannot go on."""
OF_TABLE: Mapping[str, str] = {
    "units": "administrator#units",
    "people": "administrator#people",
    "venues": "administrator#venues",
    "directions": "administrator#lists",
    "event-types": "administrator#lists",
    "reason-codes": "administrator#lists",
    "claim-roles": "administrator#provider",
}
"""Of a page of a directory, more exactly: what its table is about."""
GENERAL = "administrator#directories"

HEADINGS: Mapping[str, str] = {endpoint: heading for heading, endpoints in _ABOUT.items() for endpoint in endpoints.split()}


def how_it_works() -> str | None:
    """The address of the heading about the page that is being drawn; None for a page that is not in the table."""
    heading = HEADINGS.get(request.endpoint or "")
    if heading is None:
        return None
    if heading == GENERAL:
        heading = OF_TABLE.get((request.view_args or {}).get("table", ""), GENERAL)
    key, _, anchor = heading.partition("#")
    return named_url("guides.guide", guide=key, _anchor=anchor)
