"""What a school gets: files that are signed, a wheel that stands alone, a package whose services start."""
