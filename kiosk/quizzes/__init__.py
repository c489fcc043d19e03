"""Quizzes: questions, marking, and what has been met."""
