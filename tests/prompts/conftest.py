from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import prompts.library


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content to break; the folder that holds ``en-GB``."""
    shipped = Path(prompts.library.__file__).parent / "en-GB"
    shutil.copytree(shipped, tmp_path / "en-GB")
    return tmp_path
