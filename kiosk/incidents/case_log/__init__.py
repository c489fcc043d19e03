"""The log of a case: its entries, which of them count, and their link to the audit log."""
