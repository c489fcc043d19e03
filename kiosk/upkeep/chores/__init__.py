"""The worker's chores: escalation, late cases, retention, anchors and verifying the audit log."""
