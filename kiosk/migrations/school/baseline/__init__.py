"""The tables with which the school database begins, by feature; never changed after the first release."""
