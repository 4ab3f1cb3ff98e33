import pytest

from reflections.privacy import Screen, load_screen


@pytest.fixture(scope="session")
def screen() -> Screen:
    return load_screen()
