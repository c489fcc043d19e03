"""The settings of many schools: a folder with one TOML file for each, named by the host at which it is reached."""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from kiosk.config import PREFIX, Config, SettingError, one_line, read_settings
from kiosk.host.log_lines import EVERY_HOST

HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.ASCII)
ENDING = ".toml"
OWN = ("data_dir", "public_url", "school_name")  # what no school may leave to a default
FOLDERS = ("data_dir", "backup_dir", "backup_second_dir", "secret_key_file")
DATABASES = ("database_url", "reports_database_url", "sessions_url")


class _OfFile(Config):
    """Settings of a school's file alone: what this process has in its environment is of no school."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *others: Any,
        **named: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the file says, and nothing else."""
        return (init_settings,)


def load_schools(**changes: Any) -> dict[str, Config]:
    """The settings of every school of this process by its host, or of its one school by EVERY_HOST.

    Raises SettingError with one line that names the file and the setting that is wrong.
    """
    config = read_settings(**changes)
    if config.sites_dir is None:
        return {EVERY_HOST: config}
    for name in sorted(config.model_fields_set - {"sites_dir"}):
        raise SettingError(f"{_named(name)}: beside KIOSK_SITES_DIR it belongs into the file of a school")
    schools = {path.name.removesuffix(ENDING): read_school(path) for path in school_paths(config.sites_dir)}
    if not schools:
        raise SettingError(
            f"KIOSK_SITES_DIR: no school has a file like kiosk.school.example.toml in {config.sites_dir}"
        )
    refuse_equal_settings(schools)
    return schools


def choose_school(host: str) -> None:
    """From now on this process, and whatever it starts, has the settings of this school alone."""
    path = school_path("--site", host)
    if not path.is_file():
        raise SettingError(f"--site: no school has a file {path}")
    os.environ.pop("KIOSK_SITES_DIR", None)
    os.environ["KIOSK_CONFIG"] = str(path)


def sites_folder() -> Path | None:
    """The folder of the files of many schools; None where this is the kiosk of one school."""
    return read_settings().sites_dir


def school_path(said: str, host: str) -> Path:
    """Where the file of a school stands, or would; raises SettingError, which calls the host as it was `said`."""
    folder = sites_folder()
    if folder is None:
        raise SettingError(f"{said}: there is one school alone here, as KIOSK_SITES_DIR is not set")
    if not HOST.fullmatch(host):
        raise SettingError(f"{said}: {host} is no host in small letters, like kiosk.school.example")
    return folder / f"{host}{ENDING}"


def school_paths(folder: Path) -> list[Path]:
    """The files of all schools in a folder; raises SettingError where there is no folder."""
    if not folder.is_dir():
        raise SettingError(f"KIOSK_SITES_DIR: there is no folder {folder}")
    return sorted(folder.glob(f"*{ENDING}"))


def stamp_of(folder: Path) -> object:
    """Something that is another one once any file of a school was made, exchanged, changed or taken away."""
    found = [(entry.name, entry.stat()) for entry in os.scandir(folder) if entry.name.endswith(ENDING)]
    return sorted((name, one.st_ino, one.st_mtime_ns, one.st_size) for name, one in found)


def refuse_equal_settings(schools: Mapping[str, Config]) -> None:
    """Raise SettingError where two schools, by their hosts, have a folder, a database or a host in common."""
    refuse_equal({host: _marks_of(host, config) for host, config in schools.items()})


def hosts_of(host: str, config: Config) -> set[str]:
    """The names by which browsers ask for a school: its own, and that of the pages for families."""
    return {host, urlsplit(config.homes_url).hostname or host}


@dataclass(frozen=True)
class Mark:
    """Something that no two schools may have in common: what it is, and the setting that names it."""

    setting: str
    kind: str
    value: object


def refuse_equal(marks: Mapping[str, Iterable[Mark]]) -> None:
    """Raise SettingError where two schools, here by their hosts, have a mark in common."""
    seen: dict[tuple[str, object], str] = {}
    for host, own in marks.items():
        for mark in own:
            other = seen.setdefault((mark.kind, mark.value), host)
            if other != host:
                raise SettingError(
                    f"{host}{ENDING}: {_named(mark.setting)}: its {mark.kind} is that of {other} as well"
                )


def read_school(path: Path, written: str | None = None) -> Config:
    """What the file of a school says, or would say; raises SettingError with one line that names file and setting."""
    host = path.name.removesuffix(ENDING)
    if not HOST.fullmatch(host):
        raise SettingError(f"{path}: its name is no host in small letters, like kiosk.school.example{ENDING}")
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8") if written is None else written)
        for name in OWN:
            if name not in said:
                raise SettingError(f"{path}: {_named(name)}: every school needs its own")
        for name in ("sites_dir", "demo"):
            if name in said:
                raise SettingError(f"{path}: {_named(name)}: it is no setting of a school")
        config = _OfFile(**said)
    except ValidationError as error:
        raise SettingError(f"{path}: {one_line(error)}") from None
    except OSError as error:
        raise SettingError(f"{path}: it cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: it is not TOML: {error}") from None
    if urlsplit(config.public_url).hostname != host:
        raise SettingError(
            f"{path}: KIOSK_PUBLIC_URL: {config.public_url} is another host than the name of the file"
        )
    return config


def _marks_of(host: str, config: Config) -> Iterator[Mark]:
    yield from (Mark("families_url", "host", name) for name in hosts_of(host, config))
    for name in FOLDERS:
        if folder := getattr(config, name):
            yield Mark(name, "folder or file", folder.resolve())
    for name, url in zip(DATABASES, config.database_urls, strict=True):
        yield Mark(name, "database", url)
    if config.readers_root_hash:
        yield Mark("readers_root_hash", "first list of readers", config.readers_root_hash.lower())


def _named(name: str) -> str:
    return PREFIX + name.upper()


def written_as(values: Mapping[str, str], before: str = "") -> str:
    """The text of a school's file with these settings, in place of those `before` where they stand there."""
    for name, value in values.items():
        line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
        before, count = re.subn(rf"(?m)^\s*{name}\s*=.*$", line.replace("\\", r"\\"), before)
        if not count:
            before = f"{before.rstrip()}\n{line}\n".lstrip()
    return before
