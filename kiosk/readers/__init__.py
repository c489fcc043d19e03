"""Who may read reports: their keys, the recovery sheets, setting up, and what somebody changed by hand."""
