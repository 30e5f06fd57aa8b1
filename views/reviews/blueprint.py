"""The blueprint of reviews."""

from flask import Blueprint

from forms.approvals import fresh_nonce

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
bp.app_context_processor(lambda: {"nonce": fresh_nonce})
