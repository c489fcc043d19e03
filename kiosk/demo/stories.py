"""What children tell in the demo school, and what staff write down about it; every word is invented."""

from typing import Any

from kiosk.bands import Band
from kiosk.incidents.models import CaseOutcome

Told = tuple[Band, str, int, dict[str, Any]]

# Band, language, days ago, answers.
WAITING: tuple[Told, ...] = (
    (
        Band.KS2,
        "en",
        1,
        {"concern": "bullying", "danger": "no", "about": "me", "again": "yes", "follow": ["repeat"],
         "words": "they made a group chat with everyone in it but not me and they say things about me in it"},
    ),
    (
        Band.KS3,
        "en",
        1,
        {"concern": "site", "danger": "no", "about": "me", "when": "today", "where": "school",
         "follow": ["school-device"], "address": "http://free-prizes.example/win"},
    ),
    (
        Band.KS2,
        "ur",
        2,
        {"concern": "friend", "danger": "unsure", "about": "friend", "again": "unsure",
         "words": "میری دوست کئی دن سے بہت اداس ہے"},
    ),
    (
        Band.KS4,
        "en",
        1,
        {"concern": "scam", "danger": "no", "about": "me", "when": "week", "where": "game",
         "follow": ["account"], "wish": "advice", "words": "someone got into my game account and changed the email"},
    ),
    (Band.KS1, "en", 2, {"concern": "bullying", "feeling": "sad", "helper": "box"}),
    # For the safeguarding lead: a child who is not all right, and says that nobody will get hurt.
    (
        Band.KS3,
        "en",
        1,
        {"concern": "me", "danger": "no", "follow": ["safe"], "wish": "talk", "reply": "yes",
         "words": "i dont sleep much because of what people post and i dont feel like myself any more"},
    ),
    # For principal and safeguarding lead.
    (
        Band.KS3,
        "en",
        1,
        {"concern": "adult", "head": "no", "danger": "no", "about": "friend", "when": "week", "where": "chat",
         "wish": "know",
         "words": "the man who runs our gaming club adds people on his own account and writes to my friend at night"},
    ),
    # For chair and safeguarding lead.
    (
        Band.KS4,
        "en",
        1,
        {"concern": "other", "head": "yes", "danger": "no", "about": "someone", "when": "week", "where": "school",
         "words": "in assembly the head showed a post from someones own account to make a point and everybody laughed"},
    ),
)  # fmt: skip
Record = tuple[str, dict[str, str]]  # kind of record, and its answers; {today} is the day of it

HANDLED: tuple[tuple[Told, str, tuple[Record, ...], CaseOutcome | None, str], ...] = (
    (
        (Band.KS3, "en", 9, {"concern": "bullying", "danger": "no", "about": "friend", "again": "yes",
                             "words": "a boy in my form gets the same joke about his shoes every day in the chat"}),
        "okafor",
        (("did", {"note": "Spoke to the form about group chats; asked the form tutor to watch at break."}),
         ("parents", {"told": "yes", "day": "{today}", "who": "The parents of two pupils", "how": "phone",
                      "note": "Rang together with the head of year. They will talk at home."})),
        CaseOutcome.RESOLVED,
        "Quiet for a week. The pile-ons lesson is set for the year group.",
    ),
    (
        (Band.KS2, "en", 6, {"concern": "site", "danger": "no", "follow": ["school-device"],
                             "address": "https://loud-videos.example"}),
        "okafor",
        (("did", {"note": "Asked the network manager to block the address. Thanked the class for telling."}),),
        None,
        "",
    ),
    (
        (Band.KS3, "en", 4, {"concern": "stranger", "danger": "no", "about": "friend",
                             "follow": ["asked-pictures", "asked-secret"],
                             "words": "my friend showed me mesages from someone in a game who wants pics of her"}),
        "adeyemi",
        (("support", {"who": "Her form tutor", "note": "She is safe and has been listened to. Nobody said why."}),
         ("referred", {"to": "ceop", "day": "{today}", "note": "Through its website.",
                       "reference": "kept in the child protection file"})),
        None,
        "",
    ),
    (
        (Band.KS2, "en", 5, {"concern": "adult", "head": "no", "danger": "no", "about": "me", "again": "yes",
                             "words": "our coach films us at practice on his own phone and laughs about it"}),
        "hartley",
        (("did", {"note": "Spoke to the coach with the safeguarding lead. He uses a school camera from now on."}),
         ("referred", {"to": "lado", "day": "{today}", "note": "Asked for advice. Kept in the staff file."})),
        None,
        "",
    ),
    (
        (Band.KS4, "en", 8, {"concern": "other", "head": "yes", "danger": "no", "about": "someone", "when": "week",
                             "words": "the head put a photo of our trip online with my brother in it. mum said no"}),
        "rahman",
        (("did", {"note": "Spoke to the head. The photo was taken down the same day."}),
         ("parents", {"told": "yes", "day": "{today}", "who": "The mother", "how": "phone",
                      "note": "Said sorry, and told her what will be checked before the next photo."}),
         ("not_referred", {"to": "lado", "known": "A photo online without consent, taken down the same day.",
                           "note": "No child was at risk.", "with": "The safeguarding lead", "again_on": "{today}"})),
        CaseOutcome.RESOLVED,
        "The office now looks at the list of consents before any photo goes online.",
    ),
)  # fmt: skip
# What is written when something severe is closed.
DEBRIEF = {
    "happened": "A photo of pupils was put online before consents were looked at.",
    "learned": "The list of consents was in one office and nobody else had it.",
    "change": "The office looks at the list of consents before any photo goes online.",
}
