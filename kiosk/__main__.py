"""`python -m kiosk` is the `kiosk` command."""

from kiosk.cli.main import main

if __name__ == "__main__":
    main(prog_name="kiosk")
