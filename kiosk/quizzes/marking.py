"""Marking an answer: pure, from a question and a submitted form to what the child is told."""

from kiosk.quizzes.kinds import (
    multi_choice,
    order,
    picture_choice,
    single_choice,
    sort_two,
    spot_clue,
    true_false,
)
from kiosk.quizzes.kinds.multi_choice import MultiChoice
from kiosk.quizzes.kinds.order import Order
from kiosk.quizzes.kinds.picture_choice import PictureChoice
from kiosk.quizzes.kinds.question import Detail, Marked, Unanswered, Values, is_unsure
from kiosk.quizzes.kinds.single_choice import SingleChoice
from kiosk.quizzes.kinds.sort_two import SortTwo
from kiosk.quizzes.kinds.spot_clue import SpotClue
from kiosk.quizzes.kinds.true_false import TrueFalse
from kiosk.quizzes.quiz import AnyQuestion

__all__ = ["Detail", "Marked", "Unanswered", "Values", "mark"]


def mark(question: AnyQuestion, values: Values) -> Marked:
    """Mark a submitted form (`request.form` will do).

    Names: `choice`, `item-<card>`, `place-<step>`, `part`, and `unsure`, which always counts. Raises
    Unanswered, and nothing else, for a form that holds no answer.
    """
    if is_unsure(values):
        return Marked(False, True, (), question.unsure_feedback, ())
    match question:
        case PictureChoice():
            return picture_choice.mark(question, picture_choice.read_answer(question, values))
        case TrueFalse():
            return true_false.mark(question, true_false.read_answer(question, values))
        case SingleChoice():
            return single_choice.mark(question, single_choice.read_answer(question, values))
        case MultiChoice():
            return multi_choice.mark(question, multi_choice.read_answer(question, values))
        case SortTwo():
            return sort_two.mark(question, sort_two.read_answer(question, values))
        case Order():
            return order.mark(question, order.read_answer(question, values))
        case SpotClue():
            return spot_clue.mark(question, spot_clue.read_answer(question, values))
