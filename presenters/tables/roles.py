"""The roles people have in units."""

from collections.abc import Mapping

from events.foundation.text import N_, Phrase
from events.people.vocabulary import Role

ROLES: Mapping[Role, Phrase] = {
    Role.AUTHOR: N_("author"),
    Role.HEAD: N_("head"),
    Role.REVIEWER: N_("reviewer"),
    Role.COORDINATOR: N_("coordinator"),
    Role.ADMIN: N_("administrator"),
    Role.ANALYST: N_("analyst"),
}
