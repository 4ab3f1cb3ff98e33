"""What the screen finds and what it leaves alone, and the laws it keeps on any text."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflections.encoder import WINDOW, Encoder, Floats
from reflections.privacy import (
    Finding,
    IdentifierType,
    Screen,
    ScreenResourceError,
    lexicon,
    load_screen,
    tagger,
)
from reflections.privacy.findings import merge, redact
from reflections.privacy.local import LocalRules
from reflections.privacy.screen import _MOST_ROUNDS

FOUND = [
    ("saw emily again, knee still sore", "emily", "NAME"),
    ("Mrs K was short with me", "Mrs K", "NAME"),
    ("her husband Declan did the talking", "Declan", "NAME"),
    ("everyone calls him Bazza so I did too", "Bazza", "NAME"),
    ("pt J.S. wants a scan", "J.S.", "NAME"),
    ("spoke to faith in ot about the stool", "faith", "NAME"),
    ("reviewed Adebayo Olúwaṣeun after lunch", "Adebayo Olúwaṣeun", "NAME"),
    ("Олена speaks little English", "Олена", "NAME"),
    ("met 田中 and her mother", "田中", "NAME"),
    ("patient Jоhn was late", "Jоhn", "NAME"),
    ("lady from Duluth drove two hours", "Duluth", "LOCATION"),
    ("home visit to 14 Sycamore Close, stairs", "14 Sycamore Close", "LOCATION"),
    ("lives at IP24 3QX now", "IP24 3QX", "LOCATION"),
    ("admitted to Royal Harland Infirmary", "Royal Harland Infirmary", "FACILITY"),
    ("seen at St. Mary's Hospital first", "St. Mary's Hospital", "FACILITY"),
    ("first seen 3rd of march, no change", "3rd of march", "DATE"),
    ("discharged 2024-01-17 after a fall", "2024-01-17", "DATE"),
    ("on the fourteenth of February he fell", "fourteenth of February", "DATE"),
    ("hasn't slept since Boxing Day", "Boxing Day", "DATE"),
    ("93 year old gent, lives alone", "93 year old", "AGE90"),
    ("lady in her nineties, sharp", "in her nineties", "AGE90"),
    ("wants a call on 07700 900123 please", "07700 900123", "PHONE"),
    ("ph 0 7 7 0 0 9 0 0 4 5 6", "0 7 7 0 0 9 0 0 4 5 6", "PHONE"),
    ("ring oh seven seven double oh nine one two three four", "oh seven seven", "PHONE"),
    ("wrote from tom.okafor82@gmail.com", "tom.okafor82@gmail.com", "EMAIL"),
    ("his mail is john dot pell at yahoo dot com", "john dot pell at yahoo dot com", "EMAIL"),
    ("MRN 00482913 pelvic pain", "00482913", "ID"),
    ("NHS no 943 476 5919 stroke", "943 476 5919", "ID"),
    ("OHIP 4938271659-GK elbow", "4938271659-GK", "ID"),
    ("SSN 219-09-9999, lifting injury", "219-09-9999", "ID"),
    ("NI QQ 12 34 56 C on the form", "12 34 56 C", "ID"),
    ("parked his KV19 TZO outside", "KV19 TZO", "VEHICLE"),
    ("pump serial SN: MMT-1780-44XZ91", "MMT-1780-44XZ91", "DEVICE"),
    ("added me as @dazza_lifts after", "@dazza_lifts", "URL"),
    ("sent IMG_20240311_knee.jpg of it", "IMG_20240311_knee.jpg", "URL"),
    ("see https://intranet.example/pt/88213 first", "https://intranet.example/pt/88213", "URL"),
    ("hi <@U04QT7XK2> can you look", "<@U04QT7XK2>", "SLACK"),
    ("posted in <#C0123456|ward-seven> today", "<#C0123456|ward-seven>", "SLACK"),
    ("he is the only lighthouse keeper on the island", "only lighthouse keeper", "UNIQUE"),
    ("she is the mayor's sister", "mayor's sister", "UNIQUE"),
    ("he was on the news after the rescue", "on the news", "UNIQUE"),
    ("told ysolde it would settle in six weeks", "ysolde", "NAME"),
    ("j. smith's wife asked three times", "j. smith", "NAME"),
    ("when hope came in with her carer i spoke to the carer", "hope", "NAME"),
    ("grace was scared of the hoist", "grace", "NAME"),
    ("i froze when will talked over her", "will", "NAME"),
    ("torquils brother did the talking", "torquils", "NAME"),
    ("sawmaria today on video", "maria", "NAME"),
    ("my educator, wren, told me afterwards", "wren", "NAME"),
    ("her sister in laximpur does the shopping", "laximpur", "LOCATION"),
    ("plays for thornbank rugby club", "thornbank", "FACILITY"),
    ("staff at rosewood care home rushed her", "rosewood care home", "FACILITY"),
    ("text 0 7 8 1 2 double 3 4 5 6 7", "0 7 8 1 2 double 3 4 5 6 7", "PHONE"),
    ("bed 14 again, that's Mr Trevanion", "bed 14", "LOCATION"),
    ("first woman to coach the town's eleven", "first woman to coach", "UNIQUE"),
]

LEFT_ALONE = [
    "62yo man w Parkinson's, freezing at doorways. I talked too fast.",
    "Phalen's and Tinel's both neg. Lachman neg, McMurray pos.",
    "Did McKenzie exercises, centralised after reps. L4/L5 disc, T12-L1 fine.",
    "Oswestry 46%, Tampa 44, PHQ-9 11, pain 8/10, BP 128/84, flexion 95.",
    "Started 3 weeks ago. Tuesday clinic ran 40 mins late so i rushed. Back pain since 2016.",
    "on gabapentin 300 tds + amitriptyline 10 nocte. GP asked us to review in 6/52.",
    "She said hope is a dangerous thing. Will see again in 3/52. May need injection.",
    "felt for her. rose to stand independently x3, joy on her face.",
    "used Motivational Interviewing, rolled with it. smoker 20/day. :sweat_smile:",
    "He moved here from Nigeria in 2019; speaks Yoruba. Aged 89 next month.",
    "Colles # 6/52 ago, stiff. Her GP and the physio said rest. I did not agree.",
    "penny dropped when i drew the nerve root; told him don't jack up the speed",
    "Grade IV mobs, 3x10 reps, HbA1c 71, 2000 units, 10mg/kg, sats 97% on air.",
    "Week 6 after the op, 2/7 of hiccups, 18/12 since the stroke.",
    "(Smith et al 2014) had it right about catastrophising.",
    "mark on heel fading. hope is low. will need two to hoist, grace in short supply.",
    "came in limping and left better. like toothache in the hip, she said.",
    "Used Borg, then the Nustep; taped with Leukotape, printed from Physitrack.",
    "watched him lace his Nikes; she shops at Tesco and tracks it on her Fitbit.",
    "bed 6 next, then bay 4: both asleep.",
]


# Kinds that are found by their shape: each example has to be.
_SHAPED = ("PHONE", "EMAIL", "ID", "AGE90", "DEVICE", "DATE", "URL", "SLACK", "VEHICLE")


def _finds(screen: Screen, text: str, identifier: str, kind: str) -> bool:
    start = text.index(identifier)
    whole = not _letters_left(screen, text, set(range(start, start + len(identifier))))
    return whole and any(
        f.type is IdentifierType(kind) and f.start < start + len(identifier) and f.end > start
        for f in screen(text).findings
    )


@pytest.mark.parametrize(("text", "identifier", "kind"), [r for r in FOUND if r[2] in _SHAPED])
def test_finds_what_has_a_shape(screen: Screen, text: str, identifier: str, kind: str) -> None:
    assert _finds(screen, text, identifier, kind)


def test_finds_nearly_all_names_places_and_facts(screen: Screen) -> None:
    """The network errs now and then; ``docs/privacy-gate.md`` says how often on unseen notes."""
    examples = [row for row in FOUND if row[2] not in _SHAPED]
    missed = [row for row in examples if not _finds(screen, *row)]
    assert len(missed) <= 0.1 * len(examples), missed


def test_leaves_nearly_all_clean_notes_alone(screen: Screen) -> None:
    flagged = [text for text in LEFT_ALONE if not screen(text).accepted]
    assert len(flagged) <= 0.2 * len(LEFT_ALONE), flagged
    for text in set(LEFT_ALONE) - set(flagged):
        assert screen(text).redacted == text


def test_initials_stand_for_a_name_and_abbreviations_do_not(screen: Screen) -> None:
    for text in ("pt DVT ruled out", "pt LBP 6/52, worse sitting", "saw pt OT first", "pt BP fine"):
        assert screen(text).accepted, text
    assert screen("pt MB cried again").redacted == "pt [NAME] cried again"


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Brandt", "Dr Oyelaran", "mr brandt", "MRS BRANDT", "Sister Ngozi", "Dr. Jones",
        "matron brandt", "Auntie Bola", "Reverend Pike", "mr young", "nurse joy", "Mx Lowe",
        "Dr Good rang", "Dr Jones, knee",
    ],
)  # fmt: skip
def test_a_title_and_a_name_need_no_sentence(screen: Screen, text: str) -> None:
    name = text.split()[1].strip(",")
    assert screen(text).redacted == text.replace(name, "[NAME]")


def test_a_title_before_an_ordinary_word_is_none(screen: Screen) -> None:
    for text in (
        "mr scan today", "MR scan booked", "Dr appt next week", "dr said rest", "the mrs was cross",
        "sister in law came", "Nurse Led clinic", "MS. She hates it", "is it MS. He asked twice",
        "nurse practitioner", "dr on call", "miss the bus", "father cried", "uncle will ring",
        "the dr may refer her on", "her ms may be worse", "Was told by his brother. Gartland 1.",
    ):  # fmt: skip
        assert screen(text).accepted, text


@pytest.mark.parametrize(
    "text",
    [
        "Sarah the OT and I disagreed in front of the patient.",
        "Karen the dietitian and I went in together",
        "Rachel the OT moved her.", "rachel the ot and i went in",
        "Mark the consultant and I agreed",
        "Rose the HCA and I went in", "rose the hca and i went in",
        "Amy, the new physio, sat with him",
        "Claire the ward clerk rang", "Priya the healthcare assistant helped",
        "Sam the porter waited",
    ],
)  # fmt: skip
def test_a_name_before_a_role_at_work(screen: Screen, text: str) -> None:
    name = re.split("[ ,]", text)[0]
    assert screen(text).redacted == text.replace(name, "[NAME]")


def test_a_name_within_a_sentence_may_be_an_ordinary_word(screen: Screen) -> None:
    assert screen("went in with Will the physio").redacted == "went in with [NAME] the physio"
    assert screen("asked Grace the HCA to sit in").redacted == "asked [NAME] the HCA to sit in"


def test_an_ordinary_word_before_a_role_at_work_is_no_name(screen: Screen) -> None:
    for text in (
        "will the nurse ring me?", "Will the nurse ring, he asked.",
        "may the registrar see her today?",
        "hope the physio helps", "Hope the physio and I get it right.", "in May the registrar left",
        "Mark the nurse's sheet, then go.", "Chase the GP and I can close it.",
        "Both the OT and I cried.",
        "he rose, the nurse helped", "passed the NG, the nurse helped",
        "no loc, the paramedic said", "at the end the physio and I agreed",
        "WILL THE NURSE COME BACK",
        "back in, the consultant and I said sorry", "over the surgeon and me", "told the OT and me",
        "Page the registrar and I will wait.", "In pain. The physio came.",
        "dear the student and I",
    ):  # fmt: skip
        assert screen(text).accepted, text


def test_redacts_by_type(screen: Screen) -> None:
    result = screen("saw Emily on 3/4/2024, call 07700 900123")
    assert result.redacted == "saw [NAME] on [DATE], call [PHONE]"
    assert not result.accepted


def test_a_name_found_once_is_found_everywhere(screen: Screen) -> None:
    result = screen("Mrs Zorvath came back. I had told zorvath to rest.")
    assert "orvath" not in result.redacted


def test_overlapping_findings_unite_under_the_firmer_type() -> None:
    merged = merge([Finding(3, 9, IdentifierType.NAME), Finding(0, 5, IdentifierType.EMAIL)])
    assert merged == (Finding(0, 9, IdentifierType.EMAIL),)
    assert redact("a@b.example!", merged) == "[EMAIL]le!"


def test_a_changed_word_file_stops_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"ordinary.txt": hashlib.sha256(b"other").hexdigest()}
    monkeypatch.setattr(lexicon, "_DATA_SHA256", lexicon._DATA_SHA256 | wrong)
    with pytest.raises(ScreenResourceError, match=r"ordinary\.txt"):
        lexicon.load_lexicon()


def test_too_short_a_list_stops_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_MINIMUM_PLACES", 10**9)
    with pytest.raises(ScreenResourceError, match="places from phonenumbers"):
        lexicon.load_lexicon()


# --- laws ------------------------------------------------------------------------------------

_PIECES = st.one_of(
    st.sampled_from([text for text, _, _ in FOUND] + LEFT_ALONE),
    st.sampled_from(
        ["mr ", "dr. ", " the ", "'s", ", ", "\n", " 12/4 ", "@", "<", ">", " of ", "-"]
    ),
    st.text(max_size=12),
)
_TEXTS = st.lists(_PIECES, max_size=6).map("".join)
_LAW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_LAW
@given(_TEXTS)
def test_findings_are_sorted_apart_and_within_the_text(screen: Screen, text: str) -> None:
    result = screen(text)
    at = 0
    for finding in result.findings:
        assert at <= finding.start < finding.end <= len(text)
        at = finding.end
    assert result.redacted == redact(text, result.findings)
    assert result.accepted == (result.redacted == text)


@_LAW
@given(_TEXTS)
def test_the_redaction_is_accepted(screen: Screen, text: str) -> None:
    assert screen(screen(text).redacted).accepted


# Kinds whose finding may not hang on case, invisible letters or the way digits are set apart.
_FIRM = [row for row in FOUND if row[2] in ("PHONE", "EMAIL", "ID", "AGE90", "DEVICE")]


def _covered(screen: Screen, text: str) -> set[int]:
    return {i for f in screen(text).findings for i in range(f.start, f.end)}


def _letters_left(screen: Screen, text: str, positions: set[int]) -> set[int]:
    return {i for i in positions if text[i].isalnum()} - _covered(screen, text)


@_LAW
@given(st.sampled_from(_FIRM), st.sampled_from([str.upper, str.lower, str.title]))
def test_case_does_not_matter_to_numbers(screen: Screen, row: tuple[str, str, str], case) -> None:  # type: ignore[no-untyped-def]
    text, identifier, _ = row
    start = text.index(identifier)
    assert not _letters_left(screen, case(text), set(range(start, start + len(identifier))))


@_LAW
@given(st.sampled_from(FOUND), st.data())
def test_invisible_letters_change_nothing(
    screen: Screen, row: tuple[str, str, str], data: st.DataObject
) -> None:
    text, identifier, _ = row
    start = text.index(identifier)
    at = data.draw(st.integers(start + 1, start + len(identifier) - 1), label="at")
    invisible = data.draw(st.sampled_from("\u200b\u200d\u00ad\u2060\ufeff"), label="invisible")
    hidden = text[:at] + invisible + text[at:]
    assert screen(hidden).redacted.replace(invisible, "") == screen(text).redacted


_TWINS = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і", "y": "у"}


@_LAW
@given(st.sampled_from([r for r in FOUND if r[2] in ("NAME", "EMAIL")]), st.data())
def test_look_alike_letters_change_nothing(
    screen: Screen, row: tuple[str, str, str], data: st.DataObject
) -> None:
    text, identifier, _ = row
    start = text.index(identifier)
    places = [
        i
        for i in range(start, start + len(identifier))
        if text[i] in _TWINS and text.isascii() and _in_a_longer_word(text, i)
    ]
    if not places:
        return
    at = data.draw(st.sampled_from(places))
    disguised = text[:at] + _TWINS[text[at]] + text[at + 1 :]
    assert [f.type for f in screen(disguised).findings] == [f.type for f in screen(text).findings]
    assert _covered(screen, disguised) == _covered(screen, text)


def _in_a_longer_word(text: str, at: int) -> bool:
    """A lone look-alike letter is a word of another script, which is always found."""
    return text[at - 1 : at].isalpha() or text[at + 1 : at + 2].isalpha()


@_LAW
@given(st.text("0123456789", min_size=9, max_size=11), st.sampled_from(["", " ", "-", ".", " - "]))
def test_no_long_number_passes(screen: Screen, digits: str, gap: str) -> None:
    number = gap.join((digits[:4], digits[4:7], digits[7:]))
    text = f"tel {number} after clinic"
    assert not _letters_left(screen, text, set(range(4, 4 + len(number))))


def test_the_same_from_many_threads(screen: Screen) -> None:
    texts = [text for text, _, _ in FOUND] * 2
    alone = [screen(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(screen, texts)) == alone


@pytest.mark.parametrize(
    "unit", ["a", "o'", "Xy-", "-", "1 ", "a.", "only the ", "<@", "x@", "mr "]
)
def test_hostile_repetition_is_read_to_the_end(screen: Screen, unit: str) -> None:
    text = (unit * 3_000)[:3_000] + " call 07700 900123"
    assert "900123" not in screen(text).redacted


# --- cost ------------------------------------------------------------------------------------


@contextmanager
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the privacy screen reached for the network")

    with monkeypatch.context() as patch:
        for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
            patch.setattr(socket, name, refuse)
        yield


def test_neither_loading_nor_screening_touches_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with _no_network(monkeypatch):
        with pytest.raises(AssertionError, match="network"):
            socket.create_connection(("127.0.0.1", 9))
        screen = load_screen()
        assert any(not screen(text).accepted for text, _, _ in FOUND)


_UNITS = [
    "saw nusrat and her mum in oban, bed 4. ",
    "told ",
    "the only the last ",
    "from st j. smith ",
    "zq ",
    "07700 900123 a@b.example ",
]


@pytest.mark.parametrize("unit", _UNITS)
def test_work_grows_with_the_length(
    screen: Screen, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four times the text asks the network to read about four times as much a round, of which there
    is a fixed number at most; no clock is read."""
    read = rounds = 0
    plain, round_ = Encoder._read, Screen._findings

    def counted(self: Encoder, ids: list[int], features: Floats | None) -> Floats:
        nonlocal read
        read += len(ids) ** 2
        return plain(self, ids, features)

    def numbered(self: Screen, text: str) -> list[Finding]:
        nonlocal rounds
        rounds += 1
        return round_(self, text)

    monkeypatch.setattr(Encoder, "_read", counted)
    monkeypatch.setattr(Screen, "_findings", numbered)
    counts = []
    for times in (50, 200):
        read = rounds = 0
        screen(unit * times)
        assert rounds <= _MOST_ROUNDS
        counts.append(read / rounds)
    assert 0 < counts[1] <= 6 * counts[0] + WINDOW**2


def test_what_a_workspace_allows_and_denies(screen: Screen) -> None:
    allowed = screen.with_rules(LocalRules(allow=frozenset({"siobhan"})))
    assert allowed("siobhan was in tears").accepted
    assert not allowed("siobhan was in tears, ring 07700 900123").accepted, "never a number"
    denying = screen.with_rules(LocalRules(deny=frozenset({"pathway"})))
    assert denying("she is on the pathway now").redacted == "she is on the [NAME] now"


def test_a_workspaces_own_record_numbers_are_found(screen: Screen) -> None:
    local = screen.with_rules(LocalRules(ids=(re.compile(r"zq-\d{2}", re.I),)))
    text = "knee sore, ZQ-41 on the form"
    assert screen(text).accepted
    assert local(text).redacted == "knee sore, [ID] on the form"


def test_a_missing_or_altered_model_stops_the_load(screen: Screen, tmp_path: Path) -> None:
    describe = screen._tagger._describe
    altered = tmp_path / "tagger.npz"
    with pytest.raises(ScreenResourceError, match="cannot be read"):
        tagger.Tagger(describe, altered)
    altered.write_bytes(tagger.MODEL_FILE.read_bytes() + b"x")
    with pytest.raises(ScreenResourceError, match="not the model"):
        tagger.Tagger(describe, altered)
