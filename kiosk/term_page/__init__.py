"""The term page: one sheet for governors, drafted by the lead, counter-signed by the principal, and then it stands."""
