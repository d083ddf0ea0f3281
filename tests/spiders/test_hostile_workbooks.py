"""A workbook that claims a grid as large as the machine is refused before calamine allocates it: there the process
would end. (The reference Gcurrency1 was found by a coverage-guided run.)"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from monitor.errors import InputError
from monitor.model.source import ReadOptions, Row
from spiders.files import read

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ('<c r="{}" t="inlineStr">', '<c t="inlineStr"\n r="{}">', "<c t='inlineStr'\tr = '{}'>", '<x:c r="{}" t="inlineStr">')
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(path: Path, cells: str) -> Path:
    """A workbook with a title and one further row of `cells`."""
    frame = io.BytesIO()
    openpyxl.Workbook().save(frame)
    with zipfile.ZipFile(frame) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if "sheet1" not in name:
                new.writestr(name, old.read(name))
        header = '<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c></row>'
        sheet = f'<worksheet xmlns="{NAMESPACE}" xmlns:x="{NAMESPACE}"><sheetData>{header}<row r="2">{cells}</row></sheetData></worksheet>'
        new.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def cell(form: str, reference: str) -> str:
    return form.format(reference) + "<is><t>a spoon</t></is>" + ("</x:c>" if form.startswith("<x:") else "</c>")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reference", ["A9999999", "A99999999999", "AAAAAAAAAAAA1", "Gcurrency1", "zzzzz1", "A999999", "XFD1048576", "B1048576"])
def test_a_grid_of_nothing_is_refused(tmp_path: Path, form: str, reference: str) -> None:
    with pytest.raises(InputError):
        read(workbook(tmp_path / "x.xlsx", cell(form, reference)), ReadOptions())


def test_a_wide_sheet_with_one_low_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(workbook(tmp_path / "x.xlsx", cell(FORMS[0], "XFD2") + cell(FORMS[0], "A99999")), ReadOptions())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reference", ["A2", "A900", "A60000"])
def test_an_honest_sheet_is_read(tmp_path: Path, form: str, reference: str) -> None:
    reading = read(workbook(tmp_path / "x.xlsx", cell(form, reference)), ReadOptions())
    assert reading is not None
    assert [row.values["title"] for row in reading.rows() if isinstance(row, Row)] == ["a spoon"]


def test_a_claimed_width_without_any_reference_is_no_fault(tmp_path: Path) -> None:
    """Found by a coverage-guided run: a sheet as wide as a spreadsheet of which the second look finds no row."""
    with pytest.raises(InputError):
        read(workbook(tmp_path / "x.xlsx", ' r="XFDXFD'), ReadOptions())
