"""What an administrator of PostgreSQL does for kiosk: the server notes nothing of the reports database."""

from collections.abc import Iterator

NOTED = ("track_activities", "track_counts")


def untracked(name: str, role: str = "postgres") -> Iterator[str]:
    """The statements for the database of this name."""
    for setting in NOTED:
        yield f"ALTER ROLE {role} IN DATABASE {name} SET {setting} = off"
