"""Rosters of a school's children: reading files, planning what they change, writing it."""
