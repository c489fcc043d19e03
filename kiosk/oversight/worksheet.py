"""A lesson's quiz on paper: rows to tick, sort or number, in one mix for everybody and never in a good order."""

from hashlib import sha256

from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.rows import Rows, SheetRow


def printed_rows(quiz: Quiz, question: Question) -> Rows:
    """The rows of a question for paper; every copy of one version of a quiz has them in one order."""

    def place(row: SheetRow) -> bytes:
        return sha256(f"{quiz.hash}/{question.id}/{row.id}".encode()).digest()

    mixes = question.mixing == "always" or (question.mixing == "as the quiz says" and quiz.shuffles_options)
    return question.unsolved(tuple(sorted(question.rows(), key=place))) if mixes else question.rows()
