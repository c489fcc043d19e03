"""A phone's code works once, for half a minute either way."""

import uuid
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.totp import (
    enrol,
    enrolment_address,
    in_groups_of_four,
    matching_step,
    new_secret,
    seconds_to_next,
    use_code,
)
from kiosk.sealing.site_key import SiteKey
from kiosk.web.qr import qr_svg
from tests.factories import SITE_KEY

NOW = datetime(2026, 11, 24, 9, 0, 5, tzinfo=UTC)


@pytest.fixture
def phone() -> pyotp.TOTP:
    return pyotp.TOTP(new_secret())


@pytest.fixture
def staff(phone: pyotp.TOTP) -> StaffMember:
    member = StaffMember(id=uuid.uuid4(), name="Ms Okafor", email="a@school.example", totp_step=0)
    assert enrol(
        SITE_KEY, member, phone.secret, phone.at(NOW - timedelta(minutes=5)), NOW - timedelta(minutes=5)
    )
    return member


def test_a_code_works_once(staff: StaffMember, phone: pyotp.TOTP) -> None:
    assert use_code(SITE_KEY, staff, phone.at(NOW), NOW)
    assert not use_code(SITE_KEY, staff, phone.at(NOW), NOW)
    assert not use_code(SITE_KEY, staff, phone.at(NOW), NOW + timedelta(seconds=20))


@pytest.mark.parametrize(("later", "seconds"), [(0, 25), (24, 1), (25, 0), (50, 0), (56, None)])
def test_after_a_used_code_the_next_comes_in_so_many_seconds_or_is_there(
    staff: StaffMember, phone: pyotp.TOTP, later: int, seconds: int | None
) -> None:
    code = phone.at(NOW)
    assert use_code(SITE_KEY, staff, code, NOW)
    assert seconds_to_next(SITE_KEY, staff, code, NOW + timedelta(seconds=later)) == seconds


def test_a_used_code_uses_up_the_older_ones(staff: StaffMember, phone: pyotp.TOTP) -> None:
    assert use_code(SITE_KEY, staff, phone.at(NOW), NOW)
    assert not use_code(SITE_KEY, staff, phone.at(NOW - timedelta(seconds=30)), NOW)
    assert use_code(SITE_KEY, staff, phone.at(NOW + timedelta(seconds=30)), NOW + timedelta(seconds=30))


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_half_a_minute_out_is_forgiven(staff: StaffMember, phone: pyotp.TOTP, seconds: int) -> None:
    assert use_code(SITE_KEY, staff, phone.at(NOW + timedelta(seconds=seconds)), NOW)


@pytest.mark.parametrize("seconds", [-120, 120])
def test_a_code_of_another_time_is_refused(staff: StaffMember, phone: pyotp.TOTP, seconds: int) -> None:
    assert not use_code(SITE_KEY, staff, phone.at(NOW + timedelta(seconds=seconds)), NOW)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "0000000", "²²²²²²", "१"])
def test_what_is_no_code_is_refused(staff: StaffMember, code: str) -> None:
    assert not use_code(SITE_KEY, staff, code, NOW)


def test_spaces_and_digits_of_other_scripts_are_taken(phone: pyotp.TOTP) -> None:
    code = phone.at(NOW)
    assert matching_step(phone.secret, f" {code[:3]} {code[3:]} ", NOW)
    assert matching_step(phone.secret, code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), NOW)


def test_nobody_without_a_phone_passes() -> None:
    assert not use_code(
        SITE_KEY, StaffMember(id=uuid.uuid4(), name="x", email="x@y.example", totp_step=0), "000000", NOW
    )


def test_a_phone_is_kept_only_after_it_showed_a_code(phone: pyotp.TOTP) -> None:
    staff = StaffMember(id=uuid.uuid4(), name="x", email="x@y.example", totp_step=0)
    assert not enrol(SITE_KEY, staff, phone.secret, "000000", NOW) or phone.at(NOW) == "000000"
    assert staff.sealed_phone is None
    assert enrol(SITE_KEY, staff, phone.secret, phone.at(NOW), NOW)
    assert not use_code(SITE_KEY, staff, phone.at(NOW), NOW), "the code of enrolment is used as well"


def test_the_qr_picture_passes_a_policy_without_inline_style(phone: pyotp.TOTP) -> None:
    address = enrolment_address(phone.secret, "a@school.example", "Hollybank School")
    assert address.startswith("otpauth://totp/kiosk%20Hollybank%20School:a%40school.example?secret=")
    svg = qr_svg(address)
    assert svg.startswith("<svg viewBox=")
    for forbidden in ("style", "class=", "script", "http", "<?xml"):
        assert forbidden not in svg


def test_the_secret_is_shown_in_groups_that_can_be_typed() -> None:
    assert in_groups_of_four("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_a_secret_moved_to_another_row_or_another_school_opens_nothing(
    staff: StaffMember, phone: pyotp.TOTP
) -> None:
    thief = StaffMember(id=uuid.uuid4(), name="x", email="x@y.example", totp_step=0)
    thief.sealed_phone = staff.sealed_phone
    assert not use_code(SITE_KEY, thief, phone.at(NOW), NOW)
    assert not use_code(SiteKey(bytes(32)), staff, phone.at(NOW), NOW)
    assert phone.secret.encode() not in (staff.sealed_phone or b"")
    assert use_code(SITE_KEY, staff, phone.at(NOW), NOW), "the positive control"
