"""Children who tell over HTTP, remember what was acknowledged, and send again what was not."""

import http.client
import threading
import time
from random import Random
from urllib.parse import urlencode

from tests.faults.kill_counts import Sent

HEADERS = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
ACKNOWLEDGED = b'id="what-next"'
ANSWER_SECONDS = 20
REFUSED_FOR_NOW = {500, 502, 503, 504}
AGAIN_SECONDS = 0.05
DOUBLE_TAPS = 0.05
URGENT = 0.004


class Teller(threading.Thread):
    """One tablet on a kept connection; every message is sent until it is acknowledged, some once more after that."""

    def __init__(self, number: int, port: int, stop: threading.Event) -> None:
        super().__init__(name=f"teller {number}", daemon=True)
        self.acknowledged: list[Sent] = []
        self.again = 0
        self.twice = 0
        self.urgent = 0
        self.odd: list[str] = []
        self._number, self._port, self._stop_asked = number, port, stop
        self._chance = Random(number)
        self._connection = self._connect()

    def run(self) -> None:
        """Tell until asked to stop; the last message is still brought to its end."""
        while not self._stop_asked.is_set():
            nonce = f"kill-{self._number:04}-{len(self.acknowledged):010}"
            form = self._form(nonce)
            self._send_until_acknowledged(form)
            self.acknowledged.append(("ks2", "en", form))
            if self._chance.random() < DOUBLE_TAPS:
                self.twice += 1
                self._send_until_acknowledged(form)
        self._connection.close()

    def _form(self, nonce: str) -> dict[str, str]:
        danger = "yes" if self._chance.random() < URGENT else "no"
        self.urgent += danger == "yes"
        words = "words " * self._chance.randrange(60)
        concern = self._chance.choice(("bullying", "site", "friend", "other"))
        return {"nonce": nonce, "concern": concern, "danger": danger, "words": words}

    def _send_until_acknowledged(self, form: dict[str, str]) -> None:
        while not self._send(urlencode(form)):
            self.again += 1
            time.sleep(AGAIN_SECONDS)

    def _send(self, form: str) -> bool:
        """Whether the thank-you page came, whole."""
        try:
            self._connection.request("POST", "/report/ks2/en", form, HEADERS)
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = self._connect()
            return False
        if answer.status == 200 and ACKNOWLEDGED in body:
            return True
        if answer.status not in REFUSED_FOR_NOW:
            self.odd.append(f"{answer.status} for {form}")
        return False

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
