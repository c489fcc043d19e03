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
    OFFICE = "office"
    DATA = "data"


READING_ROLES = frozenset({Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR})  # network: never
NEEDED_ROLES = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR, Role.NETWORK)  # by every school
HELD_ROLES = (*NEEDED_ROLES, Role.OFFICE, Role.DATA)
PLAIN_ROLES = tuple(role for role in HELD_ROLES if role not in READING_ROLES)  # one person alone changes them
