"""The rows of a page of the queue: all of them with what is red, unread reports, open cases, closed ones."""

from kiosk.incidents.queue.page import Queue, QueueRow


def all_rows(queue: Queue) -> list[QueueRow]:
    return [*(one.row for one in queue.red), *(row for group in queue.groups for row in group.rows)]


def unread_rows(queue: Queue) -> list[QueueRow]:
    return [row for row in all_rows(queue) if row.incident is None]


def open_rows(queue: Queue) -> list[QueueRow]:
    return [row for row in all_rows(queue) if row.case is not None]


def closed_rows(queue: Queue) -> list[QueueRow]:
    return [row for row in all_rows(queue) if row.closed]
