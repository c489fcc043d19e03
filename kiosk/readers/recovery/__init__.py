"""Recovery: the printed sheets, setting up the keys, and finding what was tampered with."""
