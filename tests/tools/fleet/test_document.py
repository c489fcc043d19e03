"""What docs/trust.md shows is whole: each machine gets files in which nothing is left to fill in."""

import re
import tomllib
from configparser import ConfigParser

import pytest
import yaml

from kiosk.config import Config
from tools.fleet.document import POOLER_INI, SITES, read_document

KINDS = ("school", "sessions", "reports")


@pytest.mark.parametrize("machine", ["a", "b", "c"])
def test_the_files_of_a_machine_have_its_own_name_and_address(machine: str) -> None:
    document = read_document()
    files = document.files_of(machine)
    said = yaml.safe_load(files["/etc/patroni/config.yml"])
    assert (said["name"], said["postgresql"]["connect_address"]) == (
        machine,
        f"{document.addresses[machine]}:5432",
    )
    assert f'ETCD_NAME="{machine}"' in files["/etc/default/etcd"]
    assert not re.search(r"\b(NAME|ADDRESS|PASSWORD)\b", "".join(files.values()))


def test_nothing_is_confirmed_before_a_second_machine_has_it() -> None:
    said = yaml.safe_load(read_document().files["/etc/patroni/config.yml"])["bootstrap"]["dcs"]
    assert said["synchronous_mode"] and said["synchronous_mode_strict"]
    assert said["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert said["ttl"] >= said["loop_wait"] + 2 * said["retry_timeout"], "as Patroni asks"


def test_every_database_goes_to_whoever_leads_and_each_has_its_name_as_the_pooler_would_log_when_it_is_used() -> (
    None
):
    said = ConfigParser(interpolation=None)
    said.read_string(read_document().files[POOLER_INI])
    databases = {f"{word}_{kind}" for word in ("hollybank", "ashgrove") for kind in KINDS}
    assert dict(said["databases"]) == dict.fromkeys(databases, "host=127.0.0.1 port=5000")
    assert said["pgbouncer"]["pool_mode"] == "transaction"


def test_two_nodes_have_the_same_settings_of_a_school_and_each_its_own_keeper_first() -> None:
    document = read_document()
    assert len(document.hosts) == 2
    for host in document.hosts:
        on_a, on_b = (tomllib.loads(document.files_of(name)[f"{SITES}{host}.toml"]) for name in ("a", "b"))
        own, other = on_a.pop("keepers").split(",")
        assert on_b.pop("keepers").split(",") == [other, own]
        assert own.startswith(document.addresses["a"]) and other.startswith(document.addresses["b"])
        assert on_a == on_b
        assert Config(**on_a).public_url == f"https://{host}"


def test_each_school_has_databases_roles_and_passwords_of_its_own() -> None:
    document = read_document()
    first, second = (document.statements_of(word) for word in ("hollybank", "ashgrove"))
    assert len(first) == len(second) == 8
    assert not set(first) & set(second)
