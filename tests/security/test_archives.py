"""What the links of an archive may lead to."""

from pathlib import Path

import pytest

from orchestration.landing.errors import FetchError
from tests.landing.conftest import lab
from tests.landing.kit import Lab, lines, plain
from tests.landing.test_other_feeds import CANDLES, candle, own

__all__ = ["lab"]


def test_a_link_out_of_the_archive_is_refused_by_name(lab: Lab, tmp_path: Path) -> None:
    secret = plain(tmp_path / "secret.csv", lines([candle()], CANDLES))
    own(lab, "sound.csv", candle())
    (lab.archive / "own/candles/a.csv").symlink_to(secret)
    with pytest.raises(FetchError, match=r"own/candles/a\.csv is a link that leads out of the archive"):
        lab.fetch("own")
    assert not (lab.settings.paths.dumps / "own/candles/a.csv").exists()
    assert (lab.settings.paths.dumps / "own/candles/sound.csv").exists()


def test_an_archive_and_a_source_s_folder_may_be_links_themselves(lab: Lab, tmp_path: Path) -> None:
    own(lab, "sound.csv", candle())
    (lab.archive / "own").rename(tmp_path / "elsewhere")
    (lab.archive / "own").symlink_to(tmp_path / "elsewhere")
    assert lab.fetch("own").n_files == 1
