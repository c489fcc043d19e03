"""The names of roles on pages."""

from kiosk.messages import N_
from kiosk.roles import Role

ROLES = {
    Role.TEACHER: N_("Teacher"),
    Role.COORDINATOR: N_("e-Safety Coordinator"),
    Role.DSL: N_("Safeguarding lead"),
    Role.PRINCIPAL: N_("Principal"),
    Role.CHAIR: N_("Chair of governors"),
    Role.NETWORK: N_("Network manager"),
}
