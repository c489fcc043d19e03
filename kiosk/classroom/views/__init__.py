"""Pages of a lesson that a teacher leads: the teacher's, the board's and the tablets'."""
