"""Notes are read again when they are others, whoever wrote them, and outlive a full disk."""

import json
from pathlib import Path

from guardian.lists.notes import Notes


def test_notes_of_another_process_are_seen(tmp_path: Path) -> None:
    ours, theirs = Notes(tmp_path), Notes(tmp_path)
    assert ours.read("ads") == {}
    for number in range(3):  # the same length each time
        theirs.add("ads", taken=number)
        assert ours.read("ads") == {"taken": number}
    ours.read("ads")["taken"] = 7  # what was given is the asker's own
    assert ours.read("ads") == {"taken": 2}


def test_what_cannot_be_read_is_nothing(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.add("ads", taken=1)
    (tmp_path / "ads.json").write_text("[1, ")
    assert notes.read("ads") == {}
    (tmp_path / "ads.json").write_text(json.dumps({"taken": 22}))
    assert notes.read("ads") == {"taken": 22}
    (tmp_path / "ads.json").unlink()
    assert notes.read("ads") == {}
