"""`python -m tools.alike [FOLDER]`: compare the lessons that we ship, and fail where two are alike."""

import sys
from pathlib import Path

from tools.alike.check import check_alike

if __name__ == "__main__":
    findings = check_alike(Path(sys.argv[1] if len(sys.argv) > 1 else "content"))
    print(*findings, f"{len(findings)} findings", sep="\n")
    sys.exit(bool(findings))
