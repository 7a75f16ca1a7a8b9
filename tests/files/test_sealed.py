"""An upload on the disk: read from any place, gone where the disk is full."""

import pytest

from attachments.intake import Intake
from files.sealed import AnyForm, NoRoom, SealedSource
from kernel.errors import Unopenable
from tests.factories import World, count
from tests.files.uploading import left, rows, spool, upload


def test_a_full_disk_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("files.sealed.os.fsync", full)
    with pytest.raises(NoRoom):
        upload(world, rows(9))
    assert left(world) == []
    assert count(world, "import_run") == 0


def test_a_sealed_list_is_read_from_any_place_and_never_when_it_was_cut(world: World) -> None:
    content = bytes(range(256)) * 700
    with Intake(world.installation.settings.upload_dir, world.campaign, "text/csv", 1 << 24, AnyForm()) as intake:
        intake.take(content)
        taken = intake.finish()
        spool(world).keep(taken.id, taken.sealed)
    source = spool(world).source(world.campaign, taken.id, taken.key)
    with source.open() as file:
        assert file.read() == content
        for at in (0, 65_535, 65_536, 131_072, len(content) - 1, len(content), len(content) + 9):
            assert file.seek(at) == at
            assert file.read(70_000) == content[at : at + 70_000]
        assert (file.seek(-3, 2), file.read()) == (len(content) - 3, content[-3:])
    path = source.path
    path.write_bytes(path.read_bytes()[: 2 * (65_536 + 16)])
    cut = SealedSource(path, source.campaign, source.file, source.key)
    with pytest.raises(Unopenable), cut.open() as file:
        file.read()
    spool(world).drop(taken.id)
