"""Stylesheets and scripts lose their comments and nothing else."""

from pathlib import Path

import pytest

from kiosk.building.steps import joined_styles, ordered_styles, small_css, small_script


@pytest.mark.parametrize(
    ("css", "small"),
    [
        ("a {\n  color: red;\n}\n", "a{color: red}"),
        ("/* why */ a { b: c; } /* and */", "a{b: c}"),
        ("p :hover { b: c }", "p :hover{b: c}"),
        ("a,\nb > c { d: e }", "a,b > c{d: e}"),
        ("a { width: calc(1px + 2px) }", "a{width: calc(1px + 2px)}"),
        ('a::after { content: "/* {  } ; */"; }', 'a::after{content: "/* {  } ; */"}'),
        (r"a::after { content: '\'  ;'; }", r"a::after{content: '\'  ;'}"),
        (
            "@media (width <= 640px) and (hover) { a { b: c; } }",
            "@media (width <= 640px) and (hover){a{b: c}}",
        ),
        ("a { --empty: ; b: c }", "a{--empty:;b: c}"),
    ],
)
def test_css_gets_small_and_means_the_same(css: str, small: str) -> None:
    assert small_css(css) == small


def test_stylesheets_follow_their_numbers(tmp_path: Path) -> None:
    for name in ("10-base.css", "00-font.css", "99-print.css"):
        (tmp_path / name).write_text(f".{name[3:7]} {{ a: b }}")
    assert [path.name for path in ordered_styles(tmp_path)] == ["00-font.css", "10-base.css", "99-print.css"]
    assert joined_styles(ordered_styles(tmp_path), {}) == b".font{a: b}.base{a: b}.prin{a: b}"


def test_addresses_of_built_files_are_marked_and_others_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.css"
    path.write_text("a { src: url(ours.woff2), url('data:image/png;base64,AA'), url(\"other.svg\") }")
    joined = joined_styles([path], {"ours.woff2": "abc"}).decode()
    assert 'url("ours.woff2?v=abc")' in joined
    assert "url('data:image/png;base64,AA')" in joined
    assert 'url("other.svg")' in joined


def test_a_script_loses_lines_that_are_comments() -> None:
    assert small_script('// why\nconst a = "// kept"; // kept\n\n  // gone\n  go(a);\n') == (
        b'const a = "// kept"; // kept\n  go(a);\n'
    )


def test_a_script_with_template_strings_is_left_alone() -> None:
    script = "const a = `\n// not a comment\n`;\n"
    assert small_script(script) == script.encode()
