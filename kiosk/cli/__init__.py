"""The `kiosk` command; each subcommand calls one function of a feature."""
