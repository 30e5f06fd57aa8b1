"""Whether the process lives and whether it can do its work, for the operator's monitor."""

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from events.foundation.queries import database_answers
from views import access, errors

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access.bare
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.bare
def ready() -> Response:
    """The database answers; 503 otherwise."""
    response = jsonify(status="ok" if database_answers() else "database unavailable")
    if response.get_json()["status"] != "ok":
        response.status_code = 503
        response.headers["Retry-After"] = errors.RETRY_AFTER_SECONDS
    return response


@bp.get("/metrics")
@access.bare
def metrics() -> Response:
    """Counters in Prometheus text. Holds numbers only."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
