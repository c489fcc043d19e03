"""Reports that kiosk sends itself, to check that children's reports can be opened."""
