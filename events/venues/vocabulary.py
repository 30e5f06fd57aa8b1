"""Words of venues."""

from collections.abc import Mapping
from enum import StrEnum


class VenueKind(StrEnum):
    """Under a roof, in the open, or on the net."""

    INDOOR = "indoor"
    OUTDOOR = "outdoor"
    ONLINE = "online"


class Access(StrEnum):
    """What makes a venue accessible; in the order in which it is said."""

    STEP_FREE = "step_free"
    HARD_PATHS = "hard_paths"
    RAMP = "ramp"
    LIFT = "lift"
    WHEELCHAIR_PLACES = "wheelchair_places"
    TOILET = "toilet"
    CHANGING_ROOM = "changing_room"
    PARKING = "parking"
    LOOP = "loop"
    TACTILE = "tactile"
    SIGN_LANGUAGE = "sign_language"
    CAPTIONS = "captions"
    GUIDE_DOG = "guide_dog"
    HELP = "help"


SAID_OF: Mapping[Access, str] = {
    Access.STEP_FREE: "ровный подъезд",
    Access.HARD_PATHS: "дорожки с твёрдым покрытием",
    Access.RAMP: "пандус",
    Access.LIFT: "лифт",
    Access.WHEELCHAIR_PLACES: "места для колясок",
    Access.TOILET: "туалет для МГН",
    Access.CHANGING_ROOM: "раздевалка для МГН",
    Access.PARKING: "парковка для инвалидов",
    Access.LOOP: "индукционная петля",
    Access.TACTILE: "тактильные указатели",
    Access.SIGN_LANGUAGE: "перевод на жестовый язык",
    Access.CAPTIONS: "субтитры",
    Access.GUIDE_DOG: "вход с собакой-проводником",
    Access.HELP: "помощь сотрудника",
}
"""As requests and calendars have it, which are in Russian whoever reads them."""


class BookingState(StrEnum):
    """A hold is preliminary and expires; a confirmed booking follows approval."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"


class Tenure(StrEnum):
    """How a date stands with its venue (cases.md 31, 32)."""

    CONFIRMED = "confirmed"
    HELD = "held"
    EXPIRED = "expired"
    """The hold has run out, and nobody else has taken the venue yet."""
    LOST = "lost"
    """The hold has run out, and others have taken the venue since."""
    UNHELD = "unheld"
    """Nothing has been asked for yet: a hold begins with the submission."""
    TAKEN = "taken"
    """The same, and others have the venue for this time."""
    SHARED = "shared"
    """The venue takes several events at once, so there is nothing to hold."""
