"""The pages and files that leave a case."""
