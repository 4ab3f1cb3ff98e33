from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import prompts.library
from prompts.library import Library, languages, load


@pytest.fixture(scope="session", params=languages())
def library(request: pytest.FixtureRequest) -> Library:
    """The content as it is shipped: what it promises holds in each language."""
    return load(str(request.param))


@pytest.fixture(scope="session")
def british() -> Library:
    return load("en-GB")


@pytest.fixture(scope="session")
def american() -> Library:
    return load("en-US")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content to break; the folder that holds the languages."""
    for language in languages():
        shutil.copytree(Path(prompts.library.__file__).parent / language, tmp_path / language)
    return tmp_path
