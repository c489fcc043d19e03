"""Who is at Hollybank School; every name, class and address is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.adjustments import Adjustments
from kiosk.bands import Band
from kiosk.roles import Role

SCHOOL = "Hollybank School"
MAIL_DOMAIN = "@hollybank.example"


@dataclass(frozen=True)
class DemoStaff:
    """One adult: the name children see, roles held, roles deputised, class taught."""

    name: str
    email: str
    holds: tuple[Role, ...] = ()
    deputises: tuple[Role, ...] = ()
    teaches: str = ""


@dataclass(frozen=True)
class DemoClass:
    """One class and its children."""

    name: str
    year: str
    band: Band
    pupils: tuple[str, ...]
    adjusted: Mapping[str, Adjustments] = field(default_factory=dict)  # what is set for whom


def _names(written: str) -> tuple[str, ...]:
    return tuple(written.split())


STAFF = (
    DemoStaff("Mrs Adeyemi", "adeyemi", holds=(Role.DSL,)),
    DemoStaff("Mr Bright", "bright", deputises=(Role.DSL,)),
    DemoStaff("Ms Okafor", "okafor", holds=(Role.COORDINATOR,), teaches="Kestrels"),
    DemoStaff("Mr Lewis", "lewis", deputises=(Role.COORDINATOR,), teaches="8 Maple"),
    DemoStaff("Mrs Hartley", "hartley", holds=(Role.PRINCIPAL,)),
    DemoStaff("Mr Osei", "osei", deputises=(Role.PRINCIPAL,)),
    DemoStaff("Dr Rahman", "rahman", holds=(Role.CHAIR,)),
    DemoStaff("Mrs Pryce", "pryce", deputises=(Role.CHAIR,)),
    DemoStaff("Mr Novak", "novak", holds=(Role.NETWORK,)),
    DemoStaff("Ms Iqbal", "iqbal", deputises=(Role.NETWORK,)),
    DemoStaff("Miss Green", "green", teaches="Wrens"),
    DemoStaff("Mr Silva", "silva", teaches="Swifts"),
    DemoStaff("Ms Kowalska", "kowalska", teaches="10 Cedar"),
)
NOT_SIGNED = frozenset({"silva", "pryce"})  # who still has to read and sign the staff policy

CLASSES = (
    DemoClass(
        "Wrens",
        "1",
        Band.KS1,
        _names(
            "Ada Bilal Cerys Dawid Ella Farah Gwen Hamza Isla Jakub Kezia Leo Mina Noor Otis Priya Rhys "
            "Sana Tomos Uma Wiktor Zara"
        ),
        {"Uma": Adjustments(larger=True)},
    ),
    DemoClass(
        "Swifts",
        "3",
        Band.KS2,
        _names(
            "Aisha Ben Carys Dylan Emeka Freya Gabriel Hana Imran Jess Kofi Lena Marek Nia Omar Poppy "
            "Rosa Sami Tia Yusuf"
        ),
    ),
    DemoClass(
        "Kestrels",
        "5",
        Band.KS2,
        _names(
            "Amira Arlo Beth Callum Deepa Ewa Finn Grace Harith Ines Jamal Kasia Lily Malik Nadia Oskar "
            "Paige Quinn Ravi Sofia Theo Umar Violet Wren Yasmin Zain Kai Alys"
        ),
        {"Violet": Adjustments(aloud=True, simpler=True), "Zain": Adjustments(longer=True, beside=True)},
    ),
    DemoClass(
        "8 Maple",
        "8",
        Band.KS3,
        _names(
            "Adam Bronwen Chidi Daria Elin Faisal Georgia Hugo Iman Joel Kira Luca Maryam Nikodem Orla "
            "Petra Reuben Safa Tariq Una Victor Zofia Ishaan Megan"
        ),
        {"Megan": Adjustments(aloud=True, symbols=True)},
    ),
    DemoClass(
        "10 Cedar",
        "10",
        Band.KS4,
        _names(
            "Abdul Bronagh Cai Divya Eryk Fatima Gethin Hira Ivan Jasmine Kwame Laila Mateusz Niamh Owen "
            "Pavel Rania Seren Tanvir Zoe Angharad Bartek Callie Dami Esme Femi"
        ),
    ),
)
