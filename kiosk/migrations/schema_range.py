"""Which schemas this release runs on (ADR 48).

A migration that leaves the release before it everything that it uses has the next number. One that takes something
away, or that wants more of what is written, begins the next hundred.
"""

# The lowest schema with all that this release needs, and the highest that can follow without taking any of it away.
READS = {"school": ("0125", "0199"), "reports": ("0107", "0199"), "sessions": ("0103", "0199")}
# Releases whose schema is lower than these ran on that one alone.
ROLLING_SINCE = {"school": "0123", "reports": "0107", "sessions": "0103"}
