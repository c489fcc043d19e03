"""`python -m tools.bench`: measure what each kind of page costs and how a burst is handled, and print it."""

import sys

from kiosk.config import SettingError
from tools.bench.lines import bench_lines

if __name__ == "__main__":
    try:
        for line in bench_lines():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except (SettingError, OSError) as error:
        sys.exit(f"bench: {error}")
