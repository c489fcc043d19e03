"""Who can open a report: routes, the keyring, opening, and renewing keys when readers change."""
