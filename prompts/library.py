"""The content of the product: reflection prompts, weekly tips, and every word the bot says.

The content is data, one folder of YAML files a language, read by :func:`load` at start:

``language.yaml``
    the language's own name, and how it writes and reads dates and times
``framework.yaml``
    factors, concepts with their key terms, claim lines, references
``prompts.yaml``, ``tips.yaml``, ``about.yaml``
    what clinicians are asked, what teams are told, and why
``instruction.yaml``
    what a language model is told when it reads a note
``phrases.yaml``, ``feedback.yaml``
    every other text, under dotted keys, with named ``{placeholders}``

A language that differs little from another, such as American from British English, has one file
instead, ``overlay.yaml``: the words that differ, everywhere or in a single text.

Nothing is read at import. Whatever is wrong with the content is reported in one
:class:`ContentError`, each problem with its file, its line, and how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from string import Formatter
from types import MappingProxyType

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from prompts.dates import FORMS, NAMES, NUMBERS, Dates

MAX_PROMPT_CHARACTERS = 280
MAX_TIP_WORDS = 60
MAX_CARD_WORDS = 80

LANGUAGE_FILE = "language.yaml"
OVERLAY_FILE = "overlay.yaml"
FRAMEWORK_FILE = "framework.yaml"
PROMPT_FILE = "prompts.yaml"
TIP_FILE = "tips.yaml"
ABOUT_FILE = "about.yaml"
INSTRUCTION_FILE = "instruction.yaml"
PHRASE_FILES = ("phrases.yaml", "feedback.yaml")

_ID = re.compile(r"[A-Za-z0-9-]{1,32}")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_ALL_DIMENSIONS = "all"


class Dimension(StrEnum):
    """The three things feedback speaks about."""

    EMPATHY = "empathy"
    PARTNERSHIP = "partnership"
    EXPECTATIONS = "expectations"


class Style(StrEnum):
    """The kind of thinking a prompt invites."""

    RECALL = "recall"
    NOTICING = "noticing"
    CURIOSITY = "curiosity"
    PERSPECTIVE = "perspective"
    SO_WHAT = "so-what"
    NOW_WHAT = "now-what"
    IF_THEN = "if-then"
    CHECK = "check"
    REFRAME = "reframe"
    STRENGTH = "strength"
    REST = "rest"


@dataclass(frozen=True)
class Factor:
    """One thing that builds or strains the alliance (F1 to F8 are the eight of Besley 2011)."""

    id: str
    name: str


@dataclass(frozen=True)
class Claim:
    """How far a tip's source carries it: a kind, and one plain line a reader sees."""

    kind: str
    text: str


@dataclass(frozen=True)
class Prompt:
    """A question about one moment, at most 280 characters, answerable within 60 seconds.

    ``dimension`` is None only for a prompt of style REST that belongs to none of the three.
    """

    id: str
    factor: str
    dimension: Dimension | None
    style: Style
    concepts: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Tip:
    """A weekly tip of at most 60 words.

    ``dimension`` is None where the tip is about all three. ``source`` is one citation or several
    joined by ``"; "``; each is a key of :attr:`Library.references`.
    """

    id: str
    factor: str
    dimension: Dimension | None
    source: str
    claim: Claim
    concepts: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Card:
    """A short answer to "why alliance?", at most 80 words; ``source`` as in :class:`Tip`."""

    id: str
    title: str
    text: str
    concepts: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Instruction:
    """What a language model is told; ``version`` changes with every change of ``text``."""

    version: str
    text: str


class ContentError(ValueError):
    """The content cannot be used; ``problems`` holds every problem found in one load."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "The content has a problem:" if count == 1 else f"The content has {count} problems:"
        super().__init__("\n  ".join((head, *self.problems)))


@dataclass(frozen=True)
class Library:
    """Everything that was loaded for one language, which calls itself ``name``.

    ``concepts`` maps C01 to C26 to short names and ``concept_terms`` to the words by which their
    content is recognised; ``references`` maps a short citation to the full one; ``phrases`` maps a
    dotted key to a text or to a tuple of variants.
    """

    language: str
    name: str
    dates: Dates
    prompts: tuple[Prompt, ...]
    tips: tuple[Tip, ...]
    about: tuple[Card, ...]
    factors: Mapping[str, Factor]
    concepts: Mapping[str, str]
    concept_terms: Mapping[str, tuple[str, ...]]
    claims: Mapping[str, Claim]
    references: Mapping[str, str]
    instruction: Instruction
    phrases: Mapping[str, str | tuple[str, ...]]

    def prompt(self, prompt_id: str) -> Prompt:
        """The prompt with this id; KeyError where there is none."""
        for prompt in self.prompts:
            if prompt.id == prompt_id:
                return prompt
        raise _no_such("prompt", prompt_id, [prompt.id for prompt in self.prompts])

    def tip(self, tip_id: str) -> Tip:
        """The tip with this id; KeyError where there is none."""
        for tip in self.tips:
            if tip.id == tip_id:
                return tip
        raise _no_such("tip", tip_id, [tip.id for tip in self.tips])

    def say(self, key: str, /, **values: object) -> str:
        """The text under a dotted key with its placeholders filled, as :func:`fill` does.

        KeyError for an unknown key, ValueError for a key that holds variants.
        """
        phrase = self._phrase(key)
        if not isinstance(phrase, str):
            raise ValueError(f"{key!r} holds variants: take one from variants() and fill() it")
        try:
            return fill(phrase, **values)
        except ValueError as error:
            raise ValueError(f"{key!r}: {error}") from None

    def variants(self, key: str) -> tuple[str, ...]:
        """The variants under a dotted key, unfilled; their :func:`placeholders` may differ.

        KeyError for an unknown key, ValueError for a key that holds a single text.
        """
        phrase = self._phrase(key)
        if isinstance(phrase, str):
            raise ValueError(f"{key!r} holds a single text: use say()")
        return phrase

    def _phrase(self, key: str) -> str | tuple[str, ...]:
        if key not in self.phrases:
            near = get_close_matches(key, self.phrases, n=3)
            section = key.split(".", 1)[0]
            near = near or [k for k in self.phrases if k.startswith(f"{section}.")]
            hint = f"; near it: {', '.join(near)}" if near else ""
            raise KeyError(f"no phrase {key!r}{hint}")
        return self.phrases[key]


@dataclass(frozen=True)
class Libraries:
    """A library for each language, and which language is the workspace's ``own``."""

    by_language: Mapping[str, Library]
    own: str

    def of(self, language: str) -> Library:
        """That language's; the workspace's where it is empty, or not there any more."""
        return self.by_language.get(language) or self.by_language[self.own]


def placeholders(template: str) -> frozenset[str]:
    """The names in a template's ``{placeholders}``; a literal brace is written doubled.

    ValueError for anything but a plain lower-case name between the braces.
    """
    names = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if spec or conversion or not _KEY.fullmatch(name):
            raise ValueError(f"{{{name}}} is not a plain lower-case name")
        names.add(name)
    return frozenset(names)


def fill(template: str, **values: object) -> str:
    """The template with every placeholder filled; braces inside the values stay as they are.

    ValueError where a value is missing or has no placeholder. It names them and never shows a
    value: values may be a clinician's own words.
    """
    wanted = placeholders(template)
    missing = sorted(wanted - values.keys())
    extra = sorted(values.keys() - wanted)
    if missing or extra:
        parts = [f"no value for {', '.join(missing)}"] if missing else []
        parts += [f"no placeholder for {', '.join(extra)}"] if extra else []
        raise ValueError("; ".join(parts))
    return template.format(**values)


def languages(root: Path | None = None) -> tuple[str, ...]:
    """The languages there are, as the names of their folders."""
    home = root or Path(__file__).parent
    found = {
        path.parent.name
        for name in (LANGUAGE_FILE, OVERLAY_FILE)
        for path in home.glob(f"*/{name}")
    }
    return tuple(sorted(found))


def load(language: str = "en-GB", root: Path | None = None) -> Library:
    """Read and validate the content of one language.

    ``root`` is the folder that holds a folder for each language; by default the one shipped here.
    Raises ContentError with every problem found.
    """
    home = root or Path(__file__).parent
    folder = home / language
    if not folder.is_dir():
        there = ", ".join(languages(home)) or "none here"
        raise ContentError([f"{folder}: there is no such folder. Choose one of: {there}"])
    problems: list[str] = []
    overlaid = (folder / OVERLAY_FILE).exists()
    library = _overlaid(folder, problems) if overlaid else _whole(folder, problems)
    if problems or library is None:
        raise ContentError(problems)
    return library


def _whole(folder: Path, problems: list[str]) -> Library:
    """A language with texts of its own."""
    file = _File(folder / LANGUAGE_FILE, problems)
    named = file.fields(file.top, required=("name", "dates"))
    framework = _File(folder / FRAMEWORK_FILE, problems)
    factors: dict[str, Factor] = {}
    concepts: dict[str, str] = {}
    concept_terms: dict[str, tuple[str, ...]] = {}
    claims: dict[str, Claim] = {}
    references: dict[str, str] = {}
    parts = framework.fields(
        framework.top, required=("factors", "concepts", "claims", "references")
    )
    for key, node in framework.pairs(parts.get("factors")):
        factors[key] = Factor(key, framework.text(node))
    for key, node in framework.pairs(parts.get("concepts")):
        concept = framework.fields(node, required=("name", "terms"))
        concepts[key] = framework.text(concept.get("name"))
        concept_terms[key] = framework.texts(concept.get("terms"))
    for key, node in framework.pairs(parts.get("claims")):
        claims[key] = Claim(key, framework.text(node))
    for key, node in framework.pairs(parts.get("references")):
        references[key] = framework.text(node)
    known = _Known(factors, concepts, claims, references)
    dates = file.fields(named.get("dates"), required=_DATE_FIELDS)
    return Library(
        language=folder.name,
        name=file.text(named.get("name")),
        dates=_dates(file, dates, Dates({}, {}, month_first=False)),
        prompts=tuple(_prompts(_File(folder / PROMPT_FILE, problems), known)),
        tips=tuple(_tips(_File(folder / TIP_FILE, problems), known)),
        about=tuple(_cards(_File(folder / ABOUT_FILE, problems), known)),
        factors=MappingProxyType(factors),
        concepts=MappingProxyType(concepts),
        concept_terms=MappingProxyType(concept_terms),
        claims=MappingProxyType(claims),
        references=MappingProxyType(references),
        instruction=_instruction(_File(folder / INSTRUCTION_FILE, problems)),
        phrases=MappingProxyType(_phrases(folder, problems)),
    )


_DATE_FIELDS = ("numbers", *NAMES, *FORMS)


def _dates(file: _File, fields: Mapping[str, Node], base: Dates) -> Dates:
    """The dates of ``base`` with what ``fields`` say otherwise."""
    names, forms, month_first = dict(base.names), dict(base.forms), base.month_first
    for key, node in fields.items():
        if key in NAMES:
            names[key] = file.texts(node)
            if isinstance(node, SequenceNode) and len(node.value) != NAMES[key]:
                what = f"{key!r} has {len(node.value)} names"
                file.problem(node, what, f"write all {NAMES[key]}")
        elif key in FORMS:
            forms[key] = file.template(node, FORMS[key])
        else:
            month_first = file.choice(node, NUMBERS, "order") == NUMBERS[1]
    return Dates(MappingProxyType(names), MappingProxyType(forms), month_first)


# ---- a language over another --------------------------------------------------------------------


def _overlaid(folder: Path, problems: list[str]) -> Library | None:
    """A language that differs from another in some words; None where that one cannot be read."""
    file = _File(folder / OVERLAY_FILE, problems)
    parts = file.fields(file.top, required=("base", "name", "dates", "words", *_TEXTS))
    whole = [path.parent.name for path in folder.parent.glob(f"*/{LANGUAGE_FILE}")]
    base_name = file.choice(parts.get("base"), whole, "base")
    if not base_name:
        return None
    base = _whole(folder.parent / base_name, problems)
    words = _Words(file, parts)
    dates = file.pairs(parts.get("dates"))
    for key, value in dates:
        if key not in _DATE_FIELDS:
            file.problem(value, f"unknown key {key!r}", _one_of(_DATE_FIELDS))
    library = replace(
        base,
        language=folder.name,
        name=file.text(parts.get("name")),
        dates=_dates(file, {k: v for k, v in dates if k in _DATE_FIELDS}, base.dates),
        prompts=tuple(
            replace(p, text=words.text("prompts", p.id, p.text, characters=MAX_PROMPT_CHARACTERS))
            for p in base.prompts
        ),
        about=tuple(
            replace(
                card,
                title=words.text("about", card.id, card.title),
                text=words.text("about", card.id, card.text, words=MAX_CARD_WORDS),
            )
            for card in base.about
        ),
        factors=MappingProxyType(
            {k: replace(f, name=words.text("", k, f.name)) for k, f in base.factors.items()}
        ),
        concepts=MappingProxyType({k: words.text("", k, c) for k, c in base.concepts.items()}),
        concept_terms=MappingProxyType(
            {k: tuple(words.text("", k, t) for t in ts) for k, ts in base.concept_terms.items()}
        ),
        claims=MappingProxyType(
            {k: replace(c, text=words.text("", k, c.text)) for k, c in base.claims.items()}
        ),
        instruction=replace(
            base.instruction, text=words.text("", "instruction", base.instruction.text)
        ),
        phrases=MappingProxyType(
            {
                key: words.text("phrases", key, phrase)
                if isinstance(phrase, str)
                else tuple(words.text("phrases", key, each) for each in phrase)
                for key, phrase in base.phrases.items()
            }
        ),
    )
    library = replace(
        library,
        tips=tuple(
            replace(
                tip,
                claim=library.claims.get(tip.claim.kind, tip.claim),
                text=words.text("tips", tip.id, tip.text, words=MAX_TIP_WORDS),
            )
            for tip in base.tips
        ),
    )
    words.report_unused()
    return library


_TEXTS = ("phrases", "prompts", "tips", "about")
"""What single texts an overlay may change words in; the first by key, the others by id."""


_PLACEHOLDER = re.compile(r"\{\w+\}")


class _Words:
    """The words that differ: everywhere, and in single texts. Each is whole, and keeps its case;
    what never occurs is a problem, so that an overlay does not outlive what it changes."""

    def __init__(self, file: _File, parts: Mapping[str, Node]) -> None:
        self._file = file
        self._nodes: dict[tuple[str, str, str], Node] = {}
        self._everywhere = self._pairs("", "", parts.get("words"))
        self._single = {
            (section, key): self._pairs(section, key, node)
            for section in _TEXTS
            for key, node in file.pairs(parts.get(section))
        }
        self._used: set[tuple[str, str, str]] = set()
        self._common = self._pattern(self._everywhere)

    def _pairs(self, section: str, key: str, node: Node | None) -> dict[str, tuple[str, str]]:
        found = {}
        for word, value in self._file.pairs(node):
            self._nodes[section, key, word.lower()] = value
            found[word.lower()] = (word, self._file.text(value))
        return found

    @staticmethod
    def _pattern(words: Collection[str]) -> re.Pattern[str]:
        longest_first = sorted(words, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first)) or "(?!)"
        return re.compile(rf"({_PLACEHOLDER.pattern})|(?<!\w)(?:{either})(?!\w)", re.I)

    def text(
        self,
        section: str,
        key: str,
        base: str,
        *,
        characters: int | None = None,
        words: int | None = None,
    ) -> str:
        """A text of the base, with the words that differ."""
        own = self._single.get((section, key), {})
        pattern = self._pattern({*self._everywhere, *own}) if own else self._common

        def changed(match: re.Match[str]) -> str:
            if match[1]:
                return match[0]
            word = match[0].lower()
            self._used.add((section, key, word) if word in own else ("", "", word))
            written, instead = own.get(word) or self._everywhere[word]
            return instead if match[0] == written else _in_case(match[0], instead)

        text = pattern.sub(changed, base)
        if text != base:
            nodes = [node for (s, k, _), node in self._nodes.items() if (s, k) == (section, key)]
            where, name = (nodes[0] if nodes else 1), f"{section} {key}".strip()
            if section == "phrases" and _PLACEHOLDER.findall(base) != _PLACEHOLDER.findall(text):
                what = f"{name} has other placeholders than in its base"
                self._file.problem(where, what, "keep them as they are there")
            self._file.fits(where, name, text, characters, words)
        return text

    def report_unused(self) -> None:
        for (section, key, word), node in self._nodes.items():
            if (section, key, word) not in self._used:
                place = f"in {section} {key}" if section else "in any text"
                self._file.problem(
                    node,
                    f"{word!r} does not occur {place}",
                    "take it out, or look at how the base puts it now",
                )


def _in_case(found: str, instead: str) -> str:
    """The other word with the capitals of the one that was found."""
    if found.isupper() and len(found) > 1:
        return instead.upper()
    return instead[0].upper() + instead[1:] if found[0].isupper() else instead


@dataclass(frozen=True)
class _Known:
    """What an entry may refer to."""

    factors: Mapping[str, Factor]
    concepts: Mapping[str, str]
    claims: Mapping[str, Claim]
    references: Mapping[str, str]


def _prompts(file: _File, known: _Known) -> Iterator[Prompt]:
    keys = ("id", "factor", "dimension", "style", "concepts", "text")
    for entry in file.entries(keys):
        style = file.choice(entry.get("style"), list(Style), "style")
        node = entry.get("dimension")
        if node is not None and _is_null(node):
            dimension = None
            if style and style != Style.REST:
                file.problem(
                    node, "only a rest prompt may have no dimension", _one_of(list(Dimension))
                )
        else:
            dimension = _dimension(file.choice(node, list(Dimension), "dimension"))
        yield Prompt(
            id=file.text(entry.get("id")),
            factor=file.choice(entry.get("factor"), known.factors, "factor"),
            dimension=dimension,
            style=Style(style) if style else Style.REST,
            concepts=file.choices(entry.get("concepts"), known.concepts, "concept"),
            text=file.text(entry.get("text"), characters=MAX_PROMPT_CHARACTERS),
        )


def _tips(file: _File, known: _Known) -> Iterator[Tip]:
    keys = ("id", "factor", "dimension", "source", "claim", "concepts", "text")
    for entry in file.entries(keys):
        dimension = file.choice(entry.get("dimension"), [*Dimension, _ALL_DIMENSIONS], "dimension")
        claim = file.choice(entry.get("claim"), known.claims, "claim")
        yield Tip(
            id=file.text(entry.get("id")),
            factor=file.choice(entry.get("factor"), known.factors, "factor"),
            dimension=_dimension(dimension),
            source=file.source(entry.get("source"), known.references),
            claim=known.claims.get(claim, Claim("", "")),
            concepts=file.choices(entry.get("concepts"), known.concepts, "concept"),
            text=file.text(entry.get("text"), words=MAX_TIP_WORDS),
        )


def _cards(file: _File, known: _Known) -> Iterator[Card]:
    for entry in file.entries(("id", "title", "text", "concepts", "source")):
        yield Card(
            id=file.text(entry.get("id")),
            title=file.text(entry.get("title")),
            text=file.text(entry.get("text"), words=MAX_CARD_WORDS),
            concepts=file.choices(entry.get("concepts"), known.concepts, "concept"),
            source=file.source(entry.get("source"), known.references),
        )


def _instruction(file: _File) -> Instruction:
    fields = file.fields(file.top, required=("version", "text"))
    return Instruction(file.text(fields.get("version")), file.text(fields.get("text")))


def _phrases(folder: Path, problems: list[str]) -> dict[str, str | tuple[str, ...]]:
    phrases: dict[str, str | tuple[str, ...]] = {}
    first_seen: dict[str, str] = {}
    for name in PHRASE_FILES:
        path = folder / name
        file = _File(path, problems)
        for key, node in file.leaves(file.top):
            here = f"{path}:{_line(node)}"
            if key in first_seen:
                file.problem(
                    node,
                    f"the key {key!r} stands already at {first_seen[key]}",
                    "keep one of the two, or rename one",
                )
                continue
            first_seen[key] = here
            if isinstance(node, SequenceNode):
                phrases[key] = tuple(file.template(item) for item in file.items(node))
            else:
                phrases[key] = file.template(node)
    return phrases


def _dimension(value: str) -> Dimension | None:
    return Dimension(value) if value in list(Dimension) else None


def _no_such(kind: str, wanted: str, ids: list[str]) -> KeyError:
    near = get_close_matches(wanted, ids, n=3)
    return KeyError(f"no {kind} {wanted!r}" + (f"; near it: {', '.join(near)}" if near else ""))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _one_of(allowed: Collection[str]) -> str:
    return f"use one of: {', '.join(sorted(allowed))}"


class _File:
    """One YAML file, read node by node so that every problem has its line.

    The readers below report what is wrong to the shared list of problems and return something
    empty, so that one load finds all the problems there are.
    """

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        self.top: Node | None = self._compose()

    def problem(self, where: Node | int, what: str, mend: str) -> None:
        line = where if isinstance(where, int) else _line(where)
        self.problems.append(f"{self.path}:{line}: {what}. To mend it: {mend}.")

    def _compose(self) -> Node | None:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.problem(1, "the file is missing", "put it back, or copy it from en-GB")
            return None
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.problem(line, "the file is not UTF-8 text", "save it as UTF-8")
            return None
        try:
            node: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.problem(
                mark.line + 1 if mark else 1,
                f"this is not YAML: {error.problem or error.context}",
                "look at the indents, and put a text with a colon in it in quotes",
            )
            return None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            self.problem(line, "an unprintable character stands here", "take it out")
            return None
        if node is None:
            self.problem(1, "the file is empty", "put its content back, or copy it from en-GB")
        return node

    def pairs(self, node: Node | None) -> list[tuple[str, Node]]:
        """The keys and values of a mapping; a key that is there twice is a problem."""
        if node is None:
            return []
        if not isinstance(node, MappingNode):
            self.problem(node, "keys with values are wanted here", "write it as 'key: value'")
            return []
        found: dict[str, Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key in found:
                self.problem(
                    key_node,
                    f"{key!r} is here twice (first on line {_line(found[key])})",
                    "keep one of the two",
                )
            elif key:
                found[key] = value
        return list(found.items())

    def fields(self, node: Node | None, required: Collection[str]) -> dict[str, Node]:
        """The values of a mapping that has exactly these keys."""
        if node is None:
            return {}
        found = dict(self.pairs(node))
        if isinstance(node, MappingNode):
            for key in required:
                if key not in found:
                    self.problem(node, f"{key!r} is missing", f"add '{key}: ...'")
            for key_node, _ in node.value:
                if key_node.value not in required:
                    self.problem(key_node, f"unknown key {key_node.value!r}", _one_of(required))
        return {key: value for key, value in found.items() if key in required}

    def items(self, node: Node | None) -> list[Node]:
        """The items of a list that has at least one."""
        if node is None:
            return []
        if not isinstance(node, SequenceNode) or not node.value:
            self.problem(node, "a list is wanted here", "write each item on a line after '- '")
            return []
        return list(node.value)

    def entries(self, keys: Collection[str]) -> Iterator[dict[str, Node]]:
        """The mappings of a file that is one list, with these keys and ids that differ."""
        first_seen: dict[str, int] = {}
        for item in self.items(self.top):
            entry = self.fields(item, keys)
            node = entry.get("id")
            if isinstance(node, ScalarNode):
                if not _ID.fullmatch(node.value):
                    self.problem(
                        node, f"{node.value!r} is no id", "use 1 to 32 letters, digits or hyphens"
                    )
                elif node.value in first_seen:
                    self.problem(
                        node,
                        f"the id {node.value!r} stands already on line {first_seen[node.value]}",
                        "give it an id that no entry has or had",
                    )
                first_seen.setdefault(node.value, _line(node))
            yield entry

    def leaves(self, node: Node | None, prefix: str = "") -> Iterator[tuple[str, Node]]:
        """The texts and lists of nested sections, each under its dotted key."""
        for key, value in self.pairs(node):
            if not _KEY.fullmatch(key):
                self.problem(
                    value, f"{key!r} is no key", "use lower-case letters, digits and underscores"
                )
            elif isinstance(value, MappingNode):
                yield from self.leaves(value, f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", value

    def text(
        self, node: Node | None, *, characters: int | None = None, words: int | None = None
    ) -> str:
        """A text that is not empty and not too long."""
        if node is None:
            return ""
        if not isinstance(node, ScalarNode) or node.tag != "tag:yaml.org,2002:str":
            shown = repr(node.value) if isinstance(node, ScalarNode) else "this"
            self.problem(node, f"a text is wanted here and {shown} is none", "put it in quotes")
            return ""
        text = str(node.value).strip()
        if not text:
            self.problem(node, "the text is empty", "write it, or take the entry out")
        self.fits(node, "the text", text, characters, words)
        return text

    def fits(
        self, where: Node | int, what: str, text: str, characters: int | None, words: int | None
    ) -> None:
        """Report a text that is too long."""
        if characters is not None and len(text) > characters:
            self.problem(
                where, f"{what} has {len(text)} characters", f"cut it to {characters} at most"
            )
        if words is not None and len(text.split()) > words:
            self.problem(
                where, f"{what} has {len(text.split())} words", f"cut it to {words} at most"
            )

    def texts(self, node: Node | None) -> tuple[str, ...]:
        return tuple(self.text(item) for item in self.items(node))

    def choice(self, node: Node | None, allowed: Collection[str], what: str) -> str:
        """A text that is one of those allowed; empty where it is not."""
        value = self.text(node)
        if node is not None and value and value not in allowed:
            self.problem(node, f"unknown {what} {value!r}", _one_of(allowed))
            return ""
        return value

    def choices(self, node: Node | None, allowed: Collection[str], what: str) -> tuple[str, ...]:
        return tuple(self.choice(item, allowed, what) for item in self.items(node))

    def source(self, node: Node | None, references: Mapping[str, str]) -> str:
        """Citations joined by ``"; "``, each with its reference in the framework file."""
        value = self.text(node)
        if node is not None and value:
            for cited in value.split("; "):
                if cited not in references:
                    self.problem(
                        node,
                        f"the source {cited!r} is not among the references",
                        f"write a reference for it in {FRAMEWORK_FILE}, or cite one that is there",
                    )
        return value

    def template(self, node: Node, allowed: Collection[str] | None = None) -> str:
        """A text whose placeholders are plain names; those ``allowed``, where they are given."""
        text = self.text(node)
        try:
            found = placeholders(text)
        except ValueError as error:
            self.problem(
                node, f"a placeholder is wrong: {error}", "write {name}, or {{ and }} for braces"
            )
            return text
        if allowed is not None and (unknown := found.difference(allowed)):
            self.problem(node, f"unknown placeholder {min(unknown)!r}", _one_of(allowed))
        return text
