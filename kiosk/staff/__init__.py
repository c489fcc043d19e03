"""What staff see first: the home page, the bar of every page, and what waits for whom."""
