"""The filter desk: addresses that are blocked or allowed, tickets, and where the filter was tried."""
