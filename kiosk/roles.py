"""What members of staff are responsible for."""

import enum


class Role(enum.StrEnum):
    """What a member of staff is responsible for; everybody who teaches is a teacher as well."""

    TEACHER = "teacher"
    COORDINATOR = "coordinator"
    DSL = "dsl"
    PRINCIPAL = "principal"
    CHAIR = "chair"
    NETWORK = "network"


READING_ROLES = frozenset({Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR})  # network: never
# they are shown the anchor of the audit log, see keeps_anchor
ANCHOR_ROLES = frozenset({Role.CHAIR, Role.DSL})
HELD_ROLES = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR, Role.NETWORK)


def keeps_anchor(roles: frozenset[Role]) -> bool:
    """Whether somebody is shown the anchor of the log.

    Each new line changes the anchor, also a line about a case of which the principal must not learn.
    """
    return bool(ANCHOR_ROLES & roles) and Role.PRINCIPAL not in roles
