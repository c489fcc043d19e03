"""Who may read reports: readers' keys, recovery sheets, setting up, and detecting changes by hand."""
