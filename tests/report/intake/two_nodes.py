"""Two nodes of one school: an intake each, one reports database, and a process each that copies for the other."""

import http.client
import multiprocessing
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from kiosk.config import Config, Copies
from kiosk.report.intake.frames import FRAME_BYTES, MOST_ITEMS, Frame, fitting, read_frame, write_frame
from kiosk.report.intake.keepers import PATH, Keeper, keeping_for_each_other
from kiosk.report.intake.store import FILE, IntakeStore
from kiosk.storage.db import Databases
from tests.report.intake_school import Intake
from tests.report.sealed import KEY
from tests.serving import PATIENCE_SECONDS, reserved_port, wait_until


class Node(Intake):
    """One of them."""

    _process: BaseProcess | None = None

    def start(self, disk_is_full: bool = False) -> None:
        """Its keeper runs, and has a process of its own, whose files may not grow where the disk is full."""
        fresh = multiprocessing.get_context("forkserver")
        fresh.set_forkserver_preload([__name__])  # a keeper that was killed is back at once
        began = fresh.Event()
        self._process = fresh.Process(target=_keep, args=(self.config, began, disk_is_full), daemon=True)
        self._process.start()
        wait_until(began.is_set, lambda: "the keeper does not begin")

    def kill(self) -> None:
        """kill -9."""
        if self._process:
            self._process.kill()
            self._process.join()
            self._process = None

    def lose_disk(self) -> None:
        """The node is gone, and comes back with an empty disk."""
        self.kill()
        self.intake_store.dispose()
        del self.intake_store
        for path in self.config.data_dir.glob(f"{FILE}*"):
            path.unlink()


@contextmanager
def two_nodes(
    folder: Path, config: Config, databases: Databases, copies: Copies
) -> Iterator[tuple[Node, Node]]:
    """Both, with keepers that do not run yet."""
    with ExitStack() as stack:
        ports = [stack.enter_context(reserved_port()) for _ in range(2)]
        addresses = [f"127.0.0.1:{port}" for port in ports]
        nodes = []
        for name, pair in (("a", addresses), ("b", addresses[::-1])):
            data_dir = folder / name
            data_dir.mkdir(0o700)
            (data_dir / "site.key").write_bytes(KEY.as_text())
            changes = {"data_dir": data_dir, "keepers": ",".join(pair), "report_copies": copies}
            nodes.append(Node(config.model_copy(update=changes), databases))
            stack.callback(nodes[-1].intake_store.dispose)
            stack.callback(nodes[-1].kill)
        yield nodes[0], nodes[1]


def ids_of(store: IntakeStore) -> set[str]:
    """What an intake holds."""
    return {id.hex for slot in store.slots() for id in store.ids(slot)}


def keeper_of(node: Node) -> Keeper:
    assert node.config.keeper_addresses
    return Keeper(node.intake_store, KEY, node.config.keeper_addresses[1])


def answered(keeper: Keeper, box: bytes) -> bytes:
    """Its answer, which leaves once storing has ended."""
    return keeper.answer(keeper.frame_of(box), time.monotonic() + PATIENCE_SECONDS)


def exchange(giver: Node, taker: Node, beats: int = 1) -> None:
    """So many frames from one to the other, without a network between them."""
    for _ in range(beats):
        items = fitting(giver.intake_store.to_copy(MOST_ITEMS))
        frame = Frame("1", giver.intake_store.file_number(), items)
        answer = read_frame(KEY, answered(keeper_of(taker), write_frame(KEY, frame, FRAME_BYTES)))
        giver.intake_store.mark_copied(answer.took)


def ask(node: Node, frame: Frame) -> Frame:
    """What its keeper answers to a frame on the wire."""
    assert node.config.keeper_addresses
    asking = http.client.HTTPConnection(node.config.keeper_addresses[0], timeout=PATIENCE_SECONDS / 2)
    with closing(asking):
        asking.request("POST", PATH, write_frame(KEY, frame, FRAME_BYTES))
        return read_frame(KEY, asking.getresponse().read())


def _keep(config: Config, began: Event, disk_is_full: bool) -> None:
    if disk_is_full:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    with keeping_for_each_other(config):
        began.set()
        threading.Event().wait()
