"""A file in pieces is the file: the same records, rows and problems, wherever it is cut."""

from __future__ import annotations

import csv
import io
import pickle
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.problem import Problem
from monitor.model.source import ReadOptions
from spiders import pieces as cut
from spiders.files import read
from spiders.pieces import Parser, pieces
from spiders.table import Take

TEXT = st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "a", "耐克", "\0", "1.5", '5" ', "\ud800"]), max_size=60).map("".join)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "a.csv"


@settings(max_examples=300, deadline=None)
@given(TEXT, st.integers(1, 40), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONE]))
def test_pieces_hold_the_records_of_the_file(file: Path, text: str, size: int, quoting: int) -> None:
    file.write_bytes(text.replace("\ud800", "").encode())
    parser = Parser("a.csv", ",", quoting, Take(frozenset(), 0, only=False))
    least, cut.HEAD_ROWS = cut.HEAD_ROWS, 3
    try:
        found = list(pieces(file, parser, "utf-8", (), size=size, head_is_ascii=False))
    finally:
        cut.HEAD_ROWS = least
    sent = pickle.loads(pickle.dumps(found))  # without the records that were parsed here
    records = list(csv.reader(io.StringIO(file.read_bytes().decode(), newline=""), quoting=quoting))
    for parts in (found, sent):
        batches = [batch for piece in parts for batch in parser(piece)]
        assert not any(isinstance(one, Problem) for one in batches)
        assert [record for batch in batches for record in batch.records] == records
        starts = [(batch.start, len(batch.records)) for batch in batches]
        assert all(start + count == then for (start, count), (then, _) in pairwise(starts))
    assert not [piece for piece in found[:-1] if piece.cut]


@pytest.mark.parametrize("ending", [b"", "7,男 透气,3,CNY,4\n".encode("gb18030") * 3, b"8,half a", b'9,"open,1,CNY,1\n', b"10,ok,9,CNY,1,more,cells\n", "合计,,9,,\n".encode()])
@pytest.mark.parametrize("start", [b"", "1,男 透气 \0,US$ 3,CNY,4\n".encode()])
def test_a_file_read_apart_tells_the_same(tmp_path: Path, start: bytes, ending: bytes) -> None:
    path = tmp_path / "export.csv"
    lines = [f'{n},"wooden ""spoon"" {n}",{n % 7 or "free"},CNY,{n}\n' if n % 900 == 5 else f"{n},spoon {n},{n % 70}.50,{'EUR' if n % 50 == 0 else 'CNY'},{n % 9}\n" for n in range(20_000)]
    path.write_bytes(b"listing_id,title,price,currency,quantity\n" + start + "".join(lines).encode() + ending)
    reading = read(path, ReadOptions())
    assert reading and reading.apart
    file = reading.apart()
    told: list[object] = []
    rows, notes = [], []
    for piece in pickle.loads(pickle.dumps(list(file.split))):
        problems, some, note = file.read(piece)
        told += problems
        rows += list(some.each()) if some else []
        notes.append(note)
    told += file.rest(notes)
    assert len(notes) > 2
    found = list(reading.rows())
    assert rows == [one for one in found if not isinstance(one, Problem)]
    assert told == [one for one in found if isinstance(one, Problem)]
