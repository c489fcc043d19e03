"""The catalogues of translations as tests read them, and which template is made of which."""

from babel.messages.catalog import Catalog, Message
from jinja2 import Environment, FileSystemLoader, nodes

from kiosk.wording.translations import is_for_staff, messages, read_catalogue
from tests.tree import ROOT

TRANSLATIONS = ROOT / "translations"
TEMPLATES = ROOT / "kiosk" / "templates"
LANGUAGES = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())


def catalogue(lang: str) -> Catalog:
    """The messages of one language."""
    return read_catalogue(TRANSLATIONS / lang / "LC_MESSAGES" / "messages.po", lang)


def template() -> Catalog:
    """messages.pot as it is kept."""
    return read_catalogue(TRANSLATIONS / "messages.pot")


def where(found: Catalog) -> dict[object, list[str]]:
    """Each message of a catalogue with the files in which it stands."""
    return {(one.id, one.context): sorted({name for name, _ in one.locations}) for one in messages(found)}


def pupils(found: Catalog) -> list[Message]:
    """The messages that a child or a parent may read."""
    return [one for one in messages(found) if not is_for_staff(one)]


def forms(value: object) -> list[str]:
    """Every plural form of a message's English or translation."""
    return [str(form) for form in value] if isinstance(value, tuple | list) else [str(value or "")]


def template_uses() -> dict[str, tuple[str | None, set[str]]]:
    """Each template with the one that it extends, and all that it takes parts from."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"])  # nosec B701
    found: dict[str, tuple[str | None, set[str]]] = {}
    for name in environment.list_templates():
        tree = environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
        parents = [
            one.template.value
            for one in tree.find_all(nodes.Extends)
            if isinstance(one.template, nodes.Const)
        ]
        taken = tree.find_all((nodes.FromImport, nodes.Import, nodes.Include))
        parts = {one.template.value for one in taken if isinstance(one.template, nodes.Const)}  # type: ignore[attr-defined]
        found[name] = (parents[0] if parents else None, parts | set(parents))
    return found
