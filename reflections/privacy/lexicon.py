"""Word knowledge: which words are names, which are places, which are innocent.

Names come from Faker's person providers, places from the locality tables of phonenumbers,
ordinary English from wordfreq: all read from the installed packages, none copied here. What a
clinic adds (drugs, tests, eponyms, words that are both ordinary and a name) is in ``data/``.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from reflections.privacy.normalise import fold

# sha256 of each word file in data/, so that a damaged or swapped file is noticed at start-up.
_DATA_SHA256: dict[str, str] = {
    "brands.txt": "e27f1bda515ed4eed3cc1d6050599b8f172895dfc735e9a7949f262aac326d56",
    "clinical.txt": "093e5493d544a564808b362c526af554a41c02c00eed560dc6b07696c18aa7ef",
    "eponyms.txt": "be8156612415d673675d366ba062454a7ee4b7dc173c4b79e3782d639c6dcc86",
    "institutions.txt": "9b0b598a192d053675e5defbf3f30d98ab5883ad797f320d59c94a51889d291b",
    "names.txt": "3554e37ef39e83cdb136eeec937ac337afd887ea87759ed8028ba19ada0d4c6b",
    "ordinary.txt": "eca5e132244613ba616d0b5bbe7f9d8592c7e5018b823c9e76eb9036e8f2cba5",
    "places.txt": "d3adc8ea2ccfd9f9b6d1bf04dc348a38e018626d87199d3281b682ca11ea8a60",
    "regions.txt": "6877c2060f34be224be9519d43c5284b7eaf123b84df2fdbada1b0050a550c2b",
    "word_names.txt": "34ae48d8cbeec718f39d555b853df0050734c9b7fb9430c53ee73eb5c14b2a2b",
}

_MINIMUM_GIVEN_NAMES = 10_000
_MINIMUM_PLACES = 20_000


class ScreenResourceError(RuntimeError):
    """A resource of the privacy screen is missing or not the one expected."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lower-case, accent-free words."""

    given: frozenset[str]
    """Given names."""
    english_given: frozenset[str]
    """Given names usual where English is spoken."""
    family: frozenset[str]
    """Family names."""
    places: frozenset[str]
    """Localities of one word."""
    long_places: dict[str, tuple[tuple[str, ...], ...]]
    """Localities of several words, under their first word."""
    zipf: dict[str, float]
    """Frequency in English on the Zipf scale: 3 is once in a million words, 6 in a thousand."""
    ordinary: frozenset[str]
    """Words that are on a list of names or places and yet are ordinary words."""
    clinical: frozenset[str]
    """Drugs, tests, abbreviations, brands and other words of the clinic."""
    word_names: frozenset[str]
    """Given names that are also everyday words."""
    institutions: dict[str, tuple[tuple[str, ...], ...]]
    """Well-known institutions, under their first word."""
    eponyms: frozenset[str]
    """People whose names are names of tests, signs, diseases, scales or therapies."""
    regions: frozenset[str]
    """Countries, states, peoples and languages: too large to identify."""

    def is_listed(self, word: str) -> bool:
        return word in self.given or word in self.family or word in self.places


def load_lexicon() -> Lexicon:
    """Read every word list.

    Raises:
        ScreenResourceError: a list is missing, damaged, or far smaller than it should be.
    """
    places, long_places = _places()  # first: its source is the largest to hold
    given, english, family = _names()
    for what, found, least in (
        ("given names from Faker", len(given), _MINIMUM_GIVEN_NAMES),
        ("places from phonenumbers", len(places), _MINIMUM_PLACES),
    ):
        if found < least:
            raise ScreenResourceError(
                f"The privacy screen found only {found} {what} (it needs {least}). "
                "Reinstall the packages named in requirements.txt."
            )
    own = _word_file("names.txt")
    zipf = frequencies()
    # "Bexhill" of "Bexhill-on-Sea": a rare part of a longer name stands for the whole.
    parts = {word for found in long_places.values() for words in found for word in words}
    places |= {word for word in parts if len(word) > 4 and zipf.get(word, 0.0) < _RARE_PART}
    return Lexicon(
        given=frozenset(given) | own,
        english_given=frozenset(english) | own,
        family=frozenset(family),
        places=frozenset(places) | _word_file("places.txt"),
        long_places=long_places,
        zipf=zipf,
        ordinary=_word_file("ordinary.txt"),
        clinical=_word_file("clinical.txt") | _word_file("brands.txt"),
        word_names=_word_file("word_names.txt"),
        institutions=_by_first_word(_phrase_file("institutions.txt")),
        eponyms=_word_file("eponyms.txt"),
        regions=_word_file("regions.txt"),
    )


def _word_file(name: str) -> frozenset[str]:
    """Words of a file in ``data/``: separated by white space, ``#`` begins a comment."""
    return frozenset(word for line in _phrase_file(name) for word in line.split())


def _phrase_file(name: str) -> list[str]:
    """Lines of a file in ``data/``, without comments, checked against the known sha256."""
    path = resources.files("reflections.privacy") / "data" / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ScreenResourceError(
            f"The privacy screen's word file {name} is missing. Reinstall alliance-bot."
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != _DATA_SHA256.get(name):
        raise ScreenResourceError(
            f"The privacy screen's word file {name} is not the one this version was built with "
            f"(sha256 {digest}). Reinstall alliance-bot."
        )
    lines = (line.partition("#")[0].strip() for line in content.decode("utf-8").splitlines())
    return [line for line in lines if line]


def _by_first_word(phrases: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Phrases under their first word, the longest first."""
    several: dict[str, set[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        several.setdefault(words[0], set()).add(words)
    return {
        first: tuple(sorted(found, key=lambda words: (-len(words), words)))
        for first, found in several.items()
    }


def _names() -> tuple[set[str], set[str], set[str]]:
    try:
        import faker.providers.person as person
    except ImportError as error:
        raise ScreenResourceError(
            "The privacy screen needs the package Faker: pip install -r requirements.txt"
        ) from error
    given: set[str] = set()
    english: set[str] = set()
    family: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if "name" not in attribute or "language" in attribute or "format" in attribute:
                continue
            if isinstance(values, (list, tuple, dict)):
                into = family if "last" in attribute else given
                words = set(_latin_words(value for value in values if isinstance(value, str)))
                into.update(words)
                if into is given and module.name in _ENGLISH_LOCALES:
                    english.update(words)
    return given, english, family


def _latin_words(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        text = value.lower() if value.isascii() else fold(value).lower
        for word in text.replace("-", " ").replace("'", " ").split():
            if len(word) > 1 and word.isascii() and word.isalpha():
                yield word


def _places() -> tuple[set[str], dict[str, tuple[tuple[str, ...], ...]]]:
    try:
        import phonenumbers
        from phonenumbers.geodata import GEOCODE_DATA
    except ImportError as error:
        raise ScreenResourceError(
            "The privacy screen needs the package phonenumbers: pip install -r requirements.txt"
        ) from error
    names = {names["en"] for names in GEOCODE_DATA.values() if "en" in names}
    single: set[str] = set()
    several: set[str] = set()
    for name in names:
        # "Duluth, MN", "Bury St Edmunds", "Simão Dias - SE", "Kamanjab/Khorixas"
        for part in name.partition(",")[0].partition(" - ")[0].split("/"):
            text = part.lower() if part.isascii() else fold(part).lower
            words = tuple(text.replace("-", " ").replace(".", " ").replace("'", " ").split())
            if not words or not all(word.isascii() and word.isalpha() for word in words):
                continue
            if len(words) == 1:
                if len(words[0]) > 2:
                    single.add(words[0])
            elif len(words) <= 4:
                several.add(" ".join(words))
    # The tables take some 90 MB and nothing else in the product reads them: let them go.
    del GEOCODE_DATA
    for module in [name for name in sys.modules if name.startswith("phonenumbers.geodata")]:
        del sys.modules[module]
    if hasattr(phonenumbers, "geodata"):
        del phonenumbers.geodata
    gc.collect()
    return single, _by_first_word(several)


def frequencies() -> dict[str, float]:
    """Zipf frequencies of English words, in lower case and in letters of English alone."""
    try:
        import wordfreq
    except ImportError as error:
        raise ScreenResourceError(
            "The privacy screen needs the package wordfreq: pip install -r requirements.txt"
        ) from error
    frequencies: dict[str, float] = {}
    # One bucket for each centibel below certainty; Zipf is centibels / 100 + 9.
    for centibels, words in enumerate(wordfreq.get_frequency_list("en", wordlist="large")):
        zipf = round(9 - centibels / 100, 2)
        if zipf < _RAREST_ZIPF:
            break
        for word in words:
            if word.isascii() and word.isalpha():
                frequencies[word] = zipf
    wordfreq.get_frequency_list.cache_clear()
    return frequencies


_RAREST_ZIPF = 1.5
_RARE_PART = 2.6
_ENGLISH_LOCALES = ("en_GB", "en_IE", "en_IN", "en_NZ", "en_PK", "en_US", "en_NG", "en_KE")
