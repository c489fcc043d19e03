"""Column types that migrations share; one that a migration uses is never changed."""

import sqlalchemy as sa


def one_of(name: str, *values: str) -> sa.Enum:
    """A column of one of these words, which the database checks."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
