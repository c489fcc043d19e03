"""Help for people who write lessons: a beginning to write over, the ids to choose from, the pictures to look at."""
