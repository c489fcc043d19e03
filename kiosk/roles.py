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
HELD_ROLES = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR, Role.NETWORK)
