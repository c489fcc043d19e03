"""Children, tablets, networks and moments of every kind: what two runs of the master test differ in."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from kiosk.calendar.school import SchoolCalendar
from tests.report.anonymity.steps import FORM, Step, Visitor

WORDS = st.sampled_from(["", "they took my bag", "ہر روز", "see https://bad.example now", "x " * 200])
HEADERS = {
    "HTTP_USER_AGENT": ["Mozilla/5.0 (Tablet; rv 9)", "OtherBrowser/1.0", "Mozilla/5.0 Chromium/156"],
    "HTTP_ACCEPT_LANGUAGE": ["en-GB,en;q=0.9", "ur", "pl,en;q=0.5", "zz-marker"],
    "HTTP_REFERER": [
        "http://localhost/learn/lessons/",
        "http://localhost/?fresh=1",
        "https://mail.example/",
    ],
    "HTTP_SEC_CH_UA": ['"Chromium";v="156"', '"Another";v="9"'],
    "HTTP_SEC_CH_UA_PLATFORM": ['"Android"', '"Linux"'],
    "HTTP_SEC_CH_UA_MODEL": ['"Tablet 7"', '"Phone 3"'],
    "HTTP_X_FORWARDED_FOR": ["198.51.100.7", "203.0.113.9, 198.51.100.7"],
    "HTTP_X_REAL_IP": ["198.51.100.7", "203.0.113.9"],
    "HTTP_FORWARDED": ["for=198.51.100.7;proto=https", 'for="[2001:db8::7]"'],
    "HTTP_AUTHORIZATION": ["Basic YW1pcmE6eA==", "Bearer abc"],
    "HTTP_IF_NONE_MATCH": ['"seen-by-amira"'],
    "HTTP_X_DEVICE_ID": ["cart-2-tablet-14", "cart-1-tablet-03"],
    "HTTP_DNT": ["1"],
    "HTTP_ACCEPT": ["text/html", "*/*"],
    "REMOTE_USER": ["amira", "7a"],
    "REMOTE_PORT": ["50123", "41999"],
}
QUERIES = ["", "who=amira", "utm_source=class", "lang=en&tablet=14", "%00", "&"]
BANDS = st.sampled_from(
    [("ks1", "en"), ("ks2", "en"), ("ks2", "ur"), ("ks3", "en"), ("ks4", "pl"), ("worry", "en")]
)
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)


@st.composite
def visitors(draw: st.DrawFn, cookies: dict[str, str], moment: datetime) -> Visitor:
    """One child at one tablet: signed in or not, from anywhere, with any browser."""
    environ = {name: draw(st.sampled_from(values)) for name, values in HEADERS.items() if draw(st.booleans())}
    worn = draw(st.lists(st.sampled_from(sorted(cookies)), unique=True))
    kept = [cookies[who] for who in worn] + draw(
        st.lists(st.sampled_from(["other=1", "kiosk=x"]), max_size=1)
    )
    if kept:
        environ["HTTP_COOKIE"] = "; ".join(kept)
    environ["REMOTE_ADDR"] = draw(ADDRESSES)
    return Visitor(environ, draw(st.sampled_from(QUERIES)), moment)


@st.composite
def moments(draw: st.DrawFn, calendar: SchoolCalendar, day: date) -> tuple[datetime, datetime]:
    """Two instants in one slot of a school day, or in the time between it and the next."""
    opens, closes = calendar.hours(day)
    first, last = closes, calendar.next_opening(closes)
    if draw(st.booleans()):
        inside = opens + timedelta(seconds=draw(st.integers(0, int((closes - opens).total_seconds()) - 1)))
        slot = calendar.slot_of(inside)
        first, last = calendar.slot_start(slot), calendar.slot_end(slot)
    length = int((last - first).total_seconds()) - 1
    one, other = (first + timedelta(seconds=draw(st.integers(0, length))) for _ in range(2))
    assert calendar.slot_of(one) == calendar.slot_of(other)
    return one.astimezone(UTC), other.astimezone(UTC)


@st.composite
def pairs(
    draw: st.DrawFn, cookies: dict[str, str], calendar: SchoolCalendar, day: date
) -> tuple[list[Step], Visitor, Visitor]:
    """What is done, and two visitors who do it."""
    one, other = draw(moments(calendar, day))
    return draw(scripts()), draw(visitors(cookies, one)), draw(visitors(cookies, other))


@st.composite
def scripts(draw: st.DrawFn) -> list[Step]:
    """A child opens pages, perhaps makes mistakes, and tells, once or by a double tap."""
    band, lang = draw(BANDS)
    address = f"/report/{band}/{lang}"
    before = draw(st.lists(st.sampled_from(_looks(address)), max_size=2))
    concern = draw(st.sampled_from(["bullying", "site", "stranger", "adult", "unsure", "nothing"]))
    adult = band == "worry"  # who has to write something, and cannot say that there is nothing to tell
    told = adult or concern != "nothing"  # else something told would be asked back about: that is a slip
    answers = [
        ("concern", concern),
        ("danger", draw(st.sampled_from(["no", "unsure", "yes"] if told else ["no", "unsure"]))),
        ("words", (draw(WORDS) or "a worry" * adult) if told else ""),
        ("reply", draw(st.sampled_from(["no", "no", "yes"]))),
        ("address", draw(st.sampled_from(["", "http://bad.example/a"])) if told else ""),
    ]
    telling = Step("POST", address, tuple(answers))
    slips = draw(st.lists(st.sampled_from(_slips(address)), max_size=2))
    return [*before, Step("GET", address), *slips, *([telling] * draw(st.integers(1, 2)))]


def _looks(address: str) -> list[Step]:
    places = (
        "/report/",
        "/report/choose/ur",
        "/report/icon.svg",
        "/report/quiet.svg",
        "/report/ks9/en",
        address,
    )
    return [Step("GET", place) for place in places]


def _slips(address: str) -> list[Step]:
    words = (("words", "still here"),)
    strange = (("Sec-Fetch-Site", "cross-site"),)
    return [
        Step("POST", address, words),  # no concern yet
        Step("POST", address, (("concern", "nothing"), ("danger", "yes"), *words)),
        Step("POST", address, (("concern", "site"), *words), strange),
        Step("POST", address, (("concern", "site"), ("words", "word " * 5000))),
        Step("POST", address, words, content_type="multipart/form-data; boundary=x"),
        Step("PUT", address, words, content_type=FORM),
    ]
