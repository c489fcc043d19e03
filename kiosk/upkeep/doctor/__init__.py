"""`kiosk doctor`: checks of files, mail, traces and the intake, each with what to do."""
