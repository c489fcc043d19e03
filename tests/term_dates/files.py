"""Files of term dates, as programs give them out."""

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//school//dates//EN\r\n"
FOOT = "END:VCALENDAR\r\n"


def event(*lines: str) -> str:
    """One event with these lines."""
    return "".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"))


def ics(*events: str) -> bytes:
    """A file with these events."""
    return (HEAD + "".join(events) + FOOT).encode()


def all_day(name: str, first: str, after: str = "", *more: str) -> str:
    """An event of whole days; `after` is the day after its last."""
    ends = [f"DTEND;VALUE=DATE:{after}"] if after else []
    return event(f"SUMMARY:{name}", f"DTSTART;VALUE=DATE:{first}", *ends, *more)
