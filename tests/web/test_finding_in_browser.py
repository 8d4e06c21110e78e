"""The pages of the finding desk in a real browser, as a person walks through them."""

# ruff: noqa: F811 - fixtures of other modules are arguments here

from __future__ import annotations

import pytest

from .test_finding import TABLE, desk  # noqa: F401 - a fixture
from .visiting import press


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_every_page_of_the_desk_is_accessible_and_nothing_is_blocked(
    desk,
    visit,
    axe,
    spoken,
    tmp_path,
):
    root, page = f"{desk.site.root}/{spoken}", visit.page
    for path in ("cases/", "cases/?country=AZ&due=nothing", "cases/import/", "cases/export/"):
        page.goto(f"{root}/{path}")
        visit.look(axe, path)
    page.goto(f"{root}/cases/")
    page.fill("#words", "Гумбатов")
    press(page.locator(".find button"))
    assert page.locator(".case-list > li").count() == 1
    visit.look(axe, "a search")
    file = tmp_path / "cases.csv"
    file.write_text(TABLE, "utf-8")
    page.goto(f"{root}/cases/import/")
    page.set_input_files("#table", str(file))
    press(page.locator(".bringing button"))
    assert page.locator(".columns > li").count() == 7
    visit.look(axe, "a mapping")
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(desk.site.root)] == []


def test_a_list_is_brought_in_narrowed_and_taken_out_without_script(
    desk,
    visit_without_script,
    tmp_path,
):
    page, root = visit_without_script.page, f"{desk.site.root}/en"
    file = tmp_path / "cases.csv"
    file.write_text(TABLE.replace("A-", "B-"), "utf-8")
    page.goto(f"{root}/cases/import/")
    page.set_input_files("#table", str(file))
    press(page.locator(".bringing button"))
    page.check("#leave_out")
    press(page.locator("button[value=look]").first)
    press(page.locator("button[value=keep]"))
    assert page.locator("h1").inner_text() == "The spreadsheet was kept"
    assert page.locator("tbody tr").count() == 3
    press(page.locator("tbody a:has-text('B-1')"))
    assert "A fire" in page.locator("h1").inner_text()
    page.goto(f"{root}/cases/")
    page.click("text=Country of the incident")
    press(page.locator(".facet a:has-text('Azerbaijan')"))
    assert page.url.endswith("?country=AZ")
    page.fill("#view-name", "Of one country")
    press(page.locator(".keep-view button"))
    assert page.locator(".saved a").inner_text() == "Of one country"
    press(page.locator("text=Take these cases out as a file"))
    page.check("#form-json")
    with page.expect_download() as taken:
        page.click(".bringing button")
    assert taken.value.suggested_filename.endswith(".json")
