"""The queue: which reports and cases wait for whom, in which order, and what changed since."""
