"""The pages of classes, for staff and for the pupils who join one."""
