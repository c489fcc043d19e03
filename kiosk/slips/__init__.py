"""Slips that come back from home: the Code read and talked over, and a question to ask; by a tap or on paper."""
