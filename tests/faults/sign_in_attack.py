"""Scripts that send wrong passwords as fast as they are answered: `python -m tests.faults.sign_in_attack PORT EMAIL`.

They run until they are ended, as a process of their own, and then say how they were answered.
"""

import http.client
import json
import signal
import sys
import threading
from collections import Counter
from urllib.parse import urlencode

from tests.serving import HOST, PATIENCE_SECONDS

ATTACKERS = 12
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def attack(port: int, email: str, answers: Counter[int], ended: threading.Event) -> None:
    """Send one wrong password after another."""
    body = urlencode({"email": email, "password": "not this one at all"})
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    while not ended.is_set():
        try:
            connection.request("POST", "/staff/sign-in", body, FORM)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            continue
        answers[answer.status] += 1


def main(port: int, victim: str) -> None:
    """Half of the scripts try one person, the others an address that nobody has."""
    answers: Counter[int] = Counter()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    emails = [victim, "nobody@school.example"] * (ATTACKERS // 2)
    threads = [threading.Thread(target=attack, args=(port, email, answers, ended)) for email in emails]
    for thread in threads:
        thread.start()
    while not ended.wait(1):
        pass
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
