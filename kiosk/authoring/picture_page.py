"""One page with every picture of pictures.yml, for writers to choose from; it needs nothing but itself."""

from markupsafe import Markup, escape

from kiosk.content.language import ENGLISH
from kiosk.web.pictures import Pictures

_PAGE = Markup("""\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.4 sans-serif; margin: 1.5rem; color: #1b2430; background: #fff; }}
ul {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; padding: 0; }}
li {{ list-style: none; padding: .75rem; border: 1px solid #c5ccd6; border-radius: .5rem; text-align: center; }}
svg {{ display: block; width: 5rem; height: 5rem; margin: 0 auto .5rem; }}
code {{ display: block; font-weight: bold; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Write the id, in bold here, after <b>picture:</b>. Drawings: OpenMoji, CC BY-SA 4.0.</p>
<ul>
{pictures}
</ul>
</body>
</html>
""")
_PICTURE = Markup("<li>{drawing}<code>{id}</code>{name}</li>")


def picture_page(pictures: Pictures) -> str:
    """The page as HTML, the pictures in the order of the list."""
    shown = [
        _PICTURE.format(drawing=pictures.svg(id), id=id, name=pictures.name(id, ENGLISH)) for id in pictures
    ]
    title = escape(f"The {len(shown)} pictures of pictures.yml")
    return str(_PAGE.format(title=title, pictures=Markup("\n").join(shown)))
