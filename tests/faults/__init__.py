"""What breaks under us: power cuts, full disks, killed processes, floods. `make faults` runs the full figures."""
