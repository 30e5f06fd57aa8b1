"""The blueprint of one request's pages."""

from flask import Blueprint

bp = Blueprint("request_page", __name__, url_prefix="/requests")
