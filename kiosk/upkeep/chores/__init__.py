"""The worker's chores: escalation, late cases, retention and verifying the audit log."""
