"""Pages of the Codes: a pupil reads and decides, families read along, staff sign."""
