"""What the proxies keep from homes: addresses that they may not ask for, and such as they may not send anything to."""

MARKER = "marker-7731-of-a-child"


# What a home may not reach, in every way in which a proxy and kiosk might read one address differently.
NOT_FOR_HOMES = (
    "/staff/",
    "/staff/sign-in",
    "/reports",
    "/learn/",
    "/demo",
    "/healthz",
    "/look",
    "/home",
    "/home/../staff/",
    "/home/%2e%2e/staff/",
    "/home/..%2fstaff/",
    "/home//../../staff/",
    "/home/.%00/staff",
    "/HOME/",
    "//home/",
    "/staff/..%2fhome/",
    "/static/built/../../staff/",
    "/static/built/%2e%2e/%2e%2e/staff/",
    "/static/built/..%2f..%2fstaff/",
    "/static/../staff/",
    "/home/;/../staff/",
    "/home\\..\\staff/",
)


# What a home may not send, though it begins like a slip.
NOT_A_SLIP = ("", "/", "/aa/..", "/aa?lang=en&more=1", "/aa?more=1", "/aa/more", "/../code", "/%61a", "s/aa")

# The form of children, which is the school's alone: it leads a home to those who listen to children.
FOR_CHILDREN = (
    "/report",
    "/report/",
    "/report/ks2/en",
    "/report/choose/ur",
    "/report/replies/en",
    "/report/kin/../ks2/en",
    "/report/kin/en/..%2f..%2fks2/en",
    f"/report/{MARKER}?words={MARKER}",
)
# What a home may not send under /report.
NOT_A_WORRY = (
    "",
    "/",
    "/ks2/en",
    "/kin/../ks2/en",
    "/kin/en?more=1",
    "/kin/en/more",
    "/%6bin/en",
    "/replies/en",
    "/replies/en/kin/..",
    "/icon.svg",
)
