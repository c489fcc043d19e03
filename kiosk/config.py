"""The settings of one school: KIOSK_* in the environment, or a TOML file named by KIOSK_CONFIG."""

import enum
import os
import re
import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kiosk.nations import Nation
from kiosk.roles import Role

PACKAGE_DIR = Path(__file__).parent
CHECKOUT_CONTENT_DIR = PACKAGE_DIR.parent / "content"
PACKAGED_CONTENT_DIR = PACKAGE_DIR / "_content"
CHECKOUT_TRANSLATIONS_DIR = PACKAGE_DIR.parent / "translations"
PACKAGED_TRANSLATIONS_DIR = PACKAGE_DIR / "_translations"
PREFIX = "KIOSK_"
LEADS = (Role.PRINCIPAL, Role.DSL, Role.COORDINATOR, Role.CHAIR)  # who can be named in LEADERSHIP
TEXT_ADDRESS = re.compile(r"[\w.+-]*\{number\}[\w.+-]*@[\w-]+(\.[\w-]+)+", re.ASCII)
MOST_FILES = 512  # most paths that the cache keeps
# Variables with our prefix that are no settings.
OTHER_NAMES = frozenset({"KIOSK_AS_ROOT", "KIOSK_CONFIG", "KIOSK_PORT"})
STORE = r"(sqlite:///|postgresql(\+psycopg)?://).*", "only sqlite:/// and postgresql:// addresses are known"
# How a setting is written, and what to say where it is not.
WRITTEN_LIKE = {
    "database_url": STORE,
    "reports_database_url": STORE,
    "sessions_url": STORE,
    "keepers": (
        r"[\w.-]+:\d{1,5}\s*,\s*[\w.-]+:\d{1,5}",
        "write this node's address and the other's, like 10.0.0.1:8070,10.0.0.2:8070",
    ),
    "readers_root_hash": (
        r"[0-9a-fA-F]{64}",
        "it is the 64 letters and digits that /staff/keys shows, without spaces",
    ),
    "smtp_url": (r"smtps?://([^@/]*@)?[^@:/?#].*", "write it like smtp://mail.school.example:25"),
    "school_site": (r"https?://[!-~]+", "write it like https://www.school.example"),
    "security_contact": (
        r"(mailto:[!-~]+@|https://)[!-~]+",
        "write it like mailto:network@school.example, or as an https:// address",
    ),
}


class Copies(enum.StrEnum):
    """How many of two nodes must have what a child sent before the child is thanked."""

    ONE = "one"
    BOTH = "both"


class SettingError(Exception):
    """A setting is wrong, so kiosk cannot start; the text is one line that names the setting."""


class Config(BaseSettings):
    """Every setting, checked once at start; frozen afterwards."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    data_dir: Path = Field(Path(".kiosk/data"), description="Folder of the databases and the site key.")
    database_url: str = Field("", description="School database; empty means SQLite in the data folder.")
    reports_database_url: str = Field("", description="Reports database, always separate from the school's.")
    sessions_url: str = Field("", description="Staff sessions; small and never backed up.")
    secret_key_file: Path | None = Field(None, description="File with the site key; made by `kiosk init`.")
    public_url: str = Field(
        "http://127.0.0.1:8000", description="The address that people type in the browser."
    )
    families_url: str = Field(
        "", description="The address at which homes reach the pages for families, if it is another one."
    )
    school_name: str = Field("Our school", min_length=1, max_length=80, description="Shown on every page.")
    nation: Nation | None = Field(None, description="The nation whose laws and helplines pages name.")
    languages: str = Field(
        "en,ur,pl,cy,ro,ar", description="Languages offered, the first is the school's own."
    )
    timezone: str = Field("Europe/London", description="The school's clock.")
    calendar_file: Path | None = Field(None, description="TOML file of terms, holidays and hours.")
    slot_minutes: int = Field(
        60, ge=15, le=240, description="The length of the slots to which a report's time is rounded."
    )
    keepers: str = Field(
        "", description="Address at which this node's worker listens, and the other node's, for two nodes."
    )
    report_copies: Copies = Field(
        Copies.ONE, description="How many of two nodes must have a report before the child is thanked."
    )
    smtp_url: str = Field("", description="smtp:// or smtps:// server for alerts; empty means no mail.")
    mail_from: str = Field("kiosk@localhost", description="Sender of alerts.")
    text_address: str = Field(
        "",
        description="Address that turns a mail into a text message, like {number}@sms.example; empty means none.",
    )
    staff_domains: str = Field(
        "", description="Domains of the e-mail addresses that staff may have, separated by commas."
    )
    content_dir: Path | None = Field(None, description="Lessons, quizzes, Codes and wording.")
    backup_dir: Path | None = Field(
        None, description="Folder in which `kiosk backup` keeps encrypted copies."
    )
    backup_second_dir: Path | None = Field(
        None, description="A second folder for the same copies, such as a mounted share."
    )
    readers_root_hash: str = Field(
        "", description="Hash of the first list of readers, as every recovery sheet shows it."
    )
    social_care: str = Field(
        "", max_length=40, description="Phone number of the council's social care for children."
    )
    social_care_evening: str = Field(
        "", max_length=40, description="Its number out of hours: at night, at weekends and in holidays."
    )
    lado: str = Field(
        "", max_length=40, description="Phone number of the council's LADO, for allegations against staff."
    )
    filter_contractor: str = Field(
        "", max_length=120, description="Who looks after the filter for the school, and how to reach them."
    )
    leadership: str = Field(
        "principal",
        description="Which roles are the leadership team, two of whom allow a change of the filter and the like.",
    )
    complaint_days: int = Field(
        10, ge=1, le=60, description="School days within which a complaint is answered."
    )
    security_contact: str = Field(
        "", description="Where somebody reports a weakness of this site: mailto: or https://."
    )
    security_expires: date | None = Field(None, description="The day until which that contact holds.")
    monitoring_notice: bool = Field(
        True,
        description="Tell children on report pages that the school network keeps a list of visited sites.",
    )
    home_sensitive_lessons: bool = Field(
        False, description="Show lessons of high sensitivity on the pages for families too."
    )
    school_site: str = Field(
        "", description="The school's own web site, to which Leave leads from pages for families."
    )
    demo: bool = Field(False, description="Set by `kiosk demo` alone: opens /demo.")
    sites_dir: Path | None = Field(
        None, description="Folder with a file HOST.toml for each of many schools; empty means one school."
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in _known_timezones():
            raise ValueError(f"'{value}' is not a time zone; write one like Europe/London")
        return value

    @field_validator("nation", mode="before")
    @classmethod
    def _known_nation(cls, value: str | None) -> str | None:
        if value and value not in list(Nation):
            raise ValueError(f"'{value}' is none of {', '.join(Nation)}")
        return value or None

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, value: str) -> str:
        for code in value.split(","):
            try:
                Locale.parse(code.strip(), sep="-")
            except (ValueError, UnknownLocaleError):
                raise ValueError(
                    f"'{code.strip()}' is not a language code; write them like en,ur,pl"
                ) from None
        return value

    @field_validator("text_address")
    @classmethod
    def _with_a_number(cls, value: str) -> str:
        if value and not TEXT_ADDRESS.fullmatch(value):
            raise ValueError(
                f"'{value}' is no address with {{number}} in it; write one like {{number}}@sms.example"
            )
        return value

    @field_validator("leadership")
    @classmethod
    def _known_leads(cls, value: str) -> str:
        named = value.split(",")
        for name in named:
            if name.strip() not in LEADS:
                raise ValueError(f"'{name.strip()}' is none of {', '.join(LEADS)}")
        return value

    @field_validator("public_url", "families_url")
    @classmethod
    def _whole_origin(cls, value: str, info: ValidationInfo) -> str:
        parts = urlsplit(value)
        if info.field_name == "families_url" and not value:
            return value
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise ValueError(f"'{value}' is not an address like https://kiosk.school.example")
        return value.rstrip("/")

    @field_validator(*WRITTEN_LIKE)
    @classmethod
    def _written_like(cls, value: str, info: ValidationInfo) -> str:
        pattern, advice = WRITTEN_LIKE[str(info.field_name)]
        if value and not re.fullmatch(pattern, value):
            raise ValueError(advice)
        return value

    @field_validator("staff_domains")
    @classmethod
    def _known_domains(cls, value: str) -> str:
        for name in value.split(",") if value else ():
            if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", name.strip().lower()):
                raise ValueError(f"'{name.strip()}' is not a domain; write them like school.example")
        return value

    @model_validator(mode="after")
    def _contact_with_a_day(self) -> "Config":
        if bool(self.security_contact) != bool(self.security_expires):
            raise ValueError("SECURITY_CONTACT and SECURITY_EXPIRES go together: set both or neither")
        return self

    @model_validator(mode="after")
    def _databases_apart(self) -> "Config":
        # Each has its own migrations, and reports must not be stored beside who was signed in.
        addresses = [address.replace("+psycopg", "") for address in self.database_urls]
        if addresses[1] == addresses[0]:
            raise ValueError("REPORTS_DATABASE_URL must not be the school's database")
        if addresses[2] in addresses[:2]:
            raise ValueError("SESSIONS_URL must not be one of the other databases")
        return self

    @model_validator(mode="after")
    def _two_folders_of_copies(self) -> "Config":
        if self.backup_second_dir and not self.backup_dir:
            raise ValueError("BACKUP_SECOND_DIR is beside BACKUP_DIR: set that one too")
        if self.backup_second_dir and self.backup_second_dir == self.backup_dir:
            raise ValueError(
                "BACKUP_SECOND_DIR must be another folder than BACKUP_DIR, or there is one copy alone"
            )
        return self

    @property
    def database_urls(self) -> tuple[str, str, str]:
        """The addresses of the school database, the reports database and the staff sessions' store."""
        return self.school_url, self.reports_url, self.sessions_store_url

    @property
    def school_url(self) -> str:
        """Address of the school database."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/school.sqlite"

    @property
    def reports_url(self) -> str:
        """Address of the reports database."""
        return self.reports_database_url or f"sqlite:///{self.data_dir.resolve()}/reports.sqlite"

    @property
    def sessions_store_url(self) -> str:
        """Address of the staff sessions' store."""
        return self.sessions_url or f"sqlite:///{self.data_dir.resolve()}/sessions.sqlite"

    @property
    def keeper_addresses(self) -> tuple[str, str] | None:
        """This node's address for the other one, and that one's; None where there is one node."""
        own, _, other = self.keepers.partition(",")
        return (own.strip(), other.strip()) if other else None

    @property
    def key_path(self) -> Path:
        """The path of the site key."""
        return self.secret_key_file or self.data_dir / "site.key"

    @property
    def readers_root(self) -> bytes | None:
        """The hash of the first list of readers in the settings, if there is one."""
        return bytes.fromhex(self.readers_root_hash) or None

    def file(self, name: str) -> Path:
        """A file of the data folder; always the same object, as making a path costs more than asking for it."""
        return _path_inside(self.data_dir, name)

    @property
    def content_path(self) -> Path:
        """The folder of lessons and wording: from the setting, in the checkout, or the installed copy."""
        if self.content_dir:
            return self.content_dir
        return CHECKOUT_CONTENT_DIR if CHECKOUT_CONTENT_DIR.is_dir() else PACKAGED_CONTENT_DIR

    @property
    def language_list(self) -> list[str]:
        """Codes of the languages offered, the school's own first."""
        return [code.strip() for code in self.languages.split(",")]

    @property
    def leadership_roles(self) -> frozenset[Role]:
        """The roles whose holders and deputies are the leadership team; at least one."""
        return frozenset(Role(name.strip()) for name in self.leadership.split(","))

    @property
    def staff_domain_set(self) -> frozenset[str]:
        """The domains that addresses of staff may have; empty if any will do."""
        return frozenset(name.strip().lower() for name in self.staff_domains.split(",") if name.strip())

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def homes_url(self) -> str:
        """The address at which families reach their pages."""
        return self.families_url or self.public_url

    @property
    def over_https(self) -> bool:
        """Whether people reach the site over https."""
        return self.public_url.startswith("https://")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options of the command take precedence over the environment, and the environment over the file."""
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        if path := os.environ.get("KIOSK_CONFIG"):
            sources += (TomlConfigSettingsSource(settings_cls, toml_file=path),)
        return sources


@lru_cache(MOST_FILES)
def _path_inside(folder: Path, name: str) -> Path:
    return folder / name


@lru_cache(1)
def _known_timezones() -> frozenset[str]:
    return frozenset(available_timezones())  # cached, as each call searches folders


def translations_path() -> Path:
    """Where the interface's translations lie, the same for every school: a checkout's folder, or the installed copy."""
    return CHECKOUT_TRANSLATIONS_DIR if CHECKOUT_TRANSLATIONS_DIR.is_dir() else PACKAGED_TRANSLATIONS_DIR


def load_config(**changes: Any) -> Config:
    """Settings of the one school of this process; raises SettingError with one line that names the wrong one."""
    config = read_settings(**changes)
    if config.sites_dir is not None:
        raise SettingError(
            "KIOSK_SITES_DIR: this is done for one school; say for which, as `kiosk --site HOST ...`"
        )
    return config


def read_settings(**changes: Any) -> Config:
    """The same, also where they name a folder of many schools and nothing of a school."""
    path = os.environ.get("KIOSK_CONFIG")
    if path and not Path(path).is_file():
        raise SettingError(f"KIOSK_CONFIG: there is no file {path}")
    known = OTHER_NAMES | {PREFIX + name.upper() for name in Config.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:  # a misspelt setting must not be ignored
            raise SettingError(f"{name}: there is no such setting")
    try:
        return Config(**changes)
    except ValidationError as error:
        raise SettingError(one_line(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"KIOSK_CONFIG: {path} is not TOML: {error}") from None


def one_line(error: ValidationError) -> str:
    """Every wrong setting by its name, in one line."""
    return "; ".join(_line_of(problem) for problem in error.errors())


def _line_of(problem: Any) -> str:
    name = "_".join(str(part) for part in problem["loc"]).upper()
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"KIOSK_{name}: {message}" if name else message
