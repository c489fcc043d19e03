"""Quizzes: questions, marking, and which questions a pupil has met."""
