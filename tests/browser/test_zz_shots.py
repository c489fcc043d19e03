import pytest
from playwright.sync_api import Browser
from tests.browser.conftest import School, context_at
A = {"F4a-help":"/home/help","F4b-picture":"/home/help/picture","F4f-hurt":"/home/help/hurt","F4e-stranger":"/home/help/stranger","F4g-did-it":"/home/help/did-it","F4c-gaming":"/home/help/gaming","F4d-awful":"/home/help/awful","F4h-mean":"/home/help/mean","F4i-money":"/home/help/money","F4f-hurt-ur":"/home/help/hurt?lang=ur",
"F3-code":"/home/code","F3-code-ur":"/home/code?lang=ur","F3-code-ks1":"/home/code/ks1","F3-code-ks2-ur":"/home/code/ks2?lang=ur","F3-code-ks3-pl":"/home/code/ks3?lang=pl","F6-languages":"/home/languages?page=/home/code&at=r9","F6-languages-ur":"/home/languages?page=/home/help/hurt&lang=ur", "F4a-help-tablet":"/home/help?band=ks2"}
def test_shots(chromium: Browser, school: School) -> None:
    for name, size in (("phone", (360, 740)), ("wide", (1024, 768))):
        c = context_at(chromium, school.url, viewport={"width": size[0], "height": size[1]})
        p = c.new_page()
        for key, a in A.items():
            p.goto(a); p.screenshot(path=f"/work/w/pictures/h/{key}-{name}.png", full_page=True)
        c.close()
