import pytest

from prompts.library import Library, load
from reflections.feedback import RubricEngine, load_engine


@pytest.fixture(scope="session")
def engine() -> RubricEngine:
    return load_engine()


@pytest.fixture(scope="session")
def library() -> Library:
    return load()
