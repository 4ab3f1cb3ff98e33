"""Telephone numbers, record numbers and other codes, vehicles, devices, postcodes, streets."""

# Tables of words and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from reflections.privacy.findings import IdentifierType as T
from reflections.privacy.patterns import Span, WordTest

# --- runs of digits --------------------------------------------------------------------------

# Digits parted by at most one or two separators, as people write telephone and record numbers.
_DIGIT_RUN = re.compile(r"(?<![\w.])(?:\+|\(\+?)?\d(?:[ ().\-–/]{0,3}\d){5,24}(?![\d])")
_PHONE_BEFORE = re.compile(
    r"(?:tel|telephone|phone|ph|mob|mobile|cell|call|called|ring|rang|text|texted|txt|contact|fax|pager|bleep|dect|whatsapp"
    r"|landline|number|no|reach|on|ext|sms|message|t|m)\W{0,3}(?:(?:no|number|num|is|was|on|at|her|his|him|them|back|me|us|home|work|mobile|cell)\W{1,2}){0,4}$"
)
_WORD_BEFORE_AMOUNT = re.compile(
    r"^\s?(?:mg|mcg|g|ml|l|kg|cm|mm|km|miles|steps|metres|meters|units|iu|cells|calories|kcal|reps|ug|ng|dollars|pounds|quid|euros|rupees|words|people|hz|%|k\b)"
)
_YEARS = re.compile(r"(?:19|20)\d\d$")
_TIME = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
_BLOOD_PRESSURE = re.compile(r"\d{2,3}/\d{2,3}")


def _is_clinical_sequence(run: str) -> bool:
    """Runs of small numbers a clinic writes: readings, ranges, repetitions, year ranges."""
    groups = re.findall(r"\d+", run)
    separators = re.findall(r"\D+", run)
    if run.startswith(("+", "(")):
        return False
    if len(groups) == 1:
        return False
    if len(groups) == 2 and all(_YEARS.match(group) and len(group) == 4 for group in groups):
        return True  # 2019-2021
    if len(groups) == 2 and all(_TIME.fullmatch(group) for group in groups):
        return True  # 2200-0400
    longest = max(len(group) for group in groups)
    if longest <= 3 and all("/" in s for s in separators):
        return True  # 90/90/40
    if _BLOOD_PRESSURE.search(run) and longest <= 3:
        return True  # 120/80 118/76
    if any("." in s for s in separators) and longest <= 3 and not all(s == "." for s in separators):
        return True  # 1.5 2.5
    if longest <= 2 and len(groups) > 2 and any(len(group) == 2 for group in groups):
        # "10 10 8 8", "20-25 30-35": readings, unless they stand in even pairs like a number dictated
        return not (groups[0].startswith("0") or all(len(group) == 2 for group in groups[1:]))
    numbers = [int(group) for group in groups]
    if len(groups) >= 3 and all(s == " " for s in separators) and groups[0][0] != "0":
        steps = {b - a for a, b in pairwise(numbers)}
        if len(steps) == 1:
            return True  # 100 200 300, 1 2 3 4 5 6
    return False


def digit_runs(lower: str) -> Iterator[Span]:
    """Unexplained runs of six digits or more; telephone numbers among them."""
    for match in _DIGIT_RUN.finditer(lower):
        run = match.group()
        digits = sum(character.isdigit() for character in run)
        if _is_clinical_sequence(run):
            continue
        groups = re.findall(r"\d+", run)
        before = lower[max(0, match.start() - 48) : match.start()]
        says_phone = _PHONE_BEFORE.search(before) is not None
        if _WORD_BEFORE_AMOUNT.match(lower[match.end() : match.end() + 12]):
            continue
        # 12-34-56 is a sort code; "30 20 10" and "90-100 5" are not
        few = digits == 6 and len(groups) > 1 and max(map(len, groups)) < 4
        if few and not says_phone and not re.fullmatch(r"\d\d-\d\d-\d\d", run):
            continue
        start, end = match.span()
        if run.startswith("(") and ")" not in run:
            start += 1
        looks_phone = (
            run.startswith(("+", "(", "0"))
            or says_phone
            or re.fullmatch(
                r"(?:1[ .-])?\d{3}[ .-]\d{3}[ .-]\d{4}|\d{3}[-. ]\d{4}|\d{4}[ -]\d{4}|\d{4}[ -]\d{3}[ -]\d{3}",
                run,
            )
        )
        yield start, end, (T.PHONE if looks_phone and digits >= 6 else T.ID)


_DIGIT_WORDS = frozenset(
    [
        "zero",
        "oh",
        "nought",
        "naught",
        "nil",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
    ]
)
_TIMES = {"double": 2, "treble": 3, "triple": 3}
_HUNDREDS = frozenset(("hundred", "thousand"))
# Said between the parts of a number that is read out.
_BETWEEN = frozenset(["then", "and", "dash", "hyphen", "space", "stroke", "slash", "plus", "comma"])
_SAID = re.compile(r"[a-z]+|\d+|[^\w\s]|_")
_SAID_GAP = re.compile(r"[ \n]{0,2}")
_LEAST_SAID, _LEAST_EXTENSION = 6, 4
_COUNTING = re.compile(
    r"(?:one,? two,? three|three,? two,? one|two,? three,? four|four,? three,? two)\b"
)
_EXTENSION_BEFORE = re.compile(
    r"\b(?:ext|extn|extension|bleep|pager|dect|code|pin)\W{0,3}(?:is |no |number )?$"
)


def spelt_digits(lower: str) -> Iterator[Span]:
    """Numbers read out or spaced: "oh seven seven double oh", "0 1 6 3 2 then 9 6 0", "L O 5 4".

    A run of digits, digit words and single letters, with what is said between them, counts from
    six signs on: where it is spoken at least in part, or every sign stands by itself.
    """
    run: list[re.Match[str]] = []
    for match in (*_SAID.finditer(lower), None):
        if match and run and not _SAID_GAP.fullmatch(lower, run[-1].end(), match.start()):
            yield from _said(lower, run)
            run = []
        if match and _is_said(match.group(), bool(run)):
            run.append(match)
        elif run:
            yield from _said(lower, run)
            run = []


def _is_said(word: str, within: bool) -> bool:
    if word in _DIGIT_WORDS or word in _TIMES or word.isdigit():
        return True
    return (len(word) == 1 and word.isalpha()) or (
        within and (word in _HUNDREDS or word in _BETWEEN or word in ",-./()@_")
    )


def _said(lower: str, run: list[re.Match[str]]) -> Iterator[Span]:
    def is_sign(word: str) -> bool:
        return word in _DIGIT_WORDS or word.isdigit() or (len(word) == 1 and word.isalpha())

    # A lone "a" or "i" before or after a number is a word.
    inner = [
        at
        for at, match in enumerate(run)
        if (is_sign(match.group()) and match.group() not in ("a", "i")) or match.group() in _TIMES
    ]
    if not inner:
        return
    run = run[inner[0] : inner[-1] + 1]
    words = [match.group() for match in run]
    start, end = run[0].start(), run[-1].end()
    spoken = [word for word in words if word in _DIGIT_WORDS or word in _TIMES]
    signs = [word for word in words if is_sign(word)]
    digits = sum(len(word) if word.isdigit() else word in _DIGIT_WORDS for word in words)
    for at, word in enumerate(words[:-1]):
        if word in _TIMES:
            digits += (_TIMES[word] - 1) * (
                words[at + 1] in _DIGIT_WORDS or words[at + 1].isdigit()
            )
    single = len(signs) >= _LEAST_SAID and all(len(s) == 1 or s in _DIGIT_WORDS for s in signs)
    letters = sum(word.isalpha() and len(word) == 1 for word in words)
    before = lower[max(0, start - 40) : start]
    enough = _LEAST_EXTENSION if _EXTENSION_BEFORE.search(before) else _LEAST_SAID
    if _COUNTING.match(lower, start) or digits < 2:
        return
    by_word = len(spoken) >= 2 and max(digits, digits + letters - 1) >= enough
    if by_word or (single and digits + letters >= _LEAST_SAID):
        phone = words[0] in ("oh", "zero", "o", "plus", "0") or _PHONE_BEFORE.search(before)
        kind = T.PHONE if phone and not letters else T.ID
        yield start, end, (T.EMAIL if "@" in words else kind)


_EXTENSION = re.compile(
    r"\b(?:ext(?:ension|n)?|x|bleep(?:ed)?|bleeper|pager|dect|vocera)\.? ?(?:(?:is|on|no|number|num|them|him|her|me)\b\.? ?){0,2}[:#=]? ?(?P<value>\d{3,6})\b(?! ?(?:mg|ml|degrees|x|reps))"
)
_CALL_ON = re.compile(
    r"\b(?:call(?:ed)?|ring|rang|phone|tel|mob(?:ile)?|cell|text(?:ed)?|fax|dial)\.? (?:(?:him|her|them|me|us|back|on|at|no|number|is)\.? ){0,3}[:#]? ?(?P<value>\d{3}[ -]\d{2,4}|\d{4,6})\b(?! ?(?:mg|ml|times|x\b|steps|days))"
)


def extensions(lower: str) -> Iterator[Span]:
    """Short internal numbers: "ext 4471", "bleep 2231"."""
    for expression in (_EXTENSION, _CALL_ON):
        for match in expression.finditer(lower):
            if expression is _CALL_ON and _YEARS.fullmatch(match["value"]):
                continue
            yield match.start("value"), match.end("value"), T.PHONE


# --- labelled numbers and codes ----------------------------------------------------------------

_STRONG_LABEL = (
    r"(?:mrn|m\.r\.n\.?|nhs|n\.h\.s\.?|chi|h ?& ?c|hcn|nhi|ihi|urn|ur|umrn|dva|crn|mbi|hicn|ohip|ramq|phn|bc ?phn|ahcip|uli|msp|aadhaar|aadhar|uid|abha|"
    r"ssn|s\.s\.n\.?|nino|ni|n\.i\.?|pps|ppsn|itin|ein|tfn|sin|nric|fin|hkid|bsn|curp|rfc|cpf|dni|nie|nif|codice fiscale|steuer-?id|"
    r"passport|visa|driv(?:ing|er'?s?) (?:licen[cs]e|lic)|licen[cs]e|licen[cs]ure|dl|"
    r"hosp(?:ital)?|unit|pt|patient|med(?:ical)?(?: rec(?:ord)?)?|record|chart|file|folio|episode|encounter|visit|account|acct|acc|a/c|policy|member(?:ship)?|"
    r"(?:aetna|cigna|humana|bupa|axa|kaiser|blue cross|bcbs|united ?healthcare|uhc|anthem|vitality|aviva|allianz|medibank|ahm|hcf|nib|laya|vhi) member(?:ship)?|subscriber|beneficiary|group|plan|claim|insurance|insurer|medicare|medicaid|social security|national insurance|tricare|"
    r"gmc|nmc|hcpc|gphc|npi|dea|ahpra|registration|reg(?:istration)?|badge|staff|employee|payroll|student|prisoner|inmate|service|"
    r"sort code|iban|swift|bic|card|credit card|debit card|bank|case|ref(?:erence)?|our ref|your ref|booking|referral|ubrn|job|ticket|incident|datix|"
    r"barcode|sample|accession|specimen|lab(?:oratory)?|order|prescription|rx|script|study|trial|site|record locator|tracking|invoice|receipt|certificate|cert|customer|client|user|id|identifier|identity)"
)
_LABEL_TAIL = r"(?:(?:id|ids|no|nos|nr|num|numb|number|numbers|code|#|card|ident|identifier|ref|is|was|reads|being|of|the|as)\b\.?|\#|[:=№\-])"
_LABELLED = re.compile(
    r"(?<![a-z0-9])(?P<label>"
    + _STRONG_LABEL
    + r")(?![a-z])(?P<tail>(?:[ \n]?"
    + _LABEL_TAIL
    + r"){0,5})[ \n]?[\"'(#]?"
    r"(?P<value>(?:[a-z]{1,6}[-/. ]?)?\d[a-z0-9]*(?:(?:[-/.]| (?=[a-z]{0,2}\d|[a-z]\b))[a-z0-9]+){0,7})"
)
_ID_WORD = re.compile(
    r"\b(?:id|ids|no|nos|nr|num|numb|number|numbers|code|card|ident|identifier|ref)\b|[#№:=]"
)
_SURE_LABELS = re.compile(
    r"(?:mrn|m\.r\.n|nhs|chi|hcn|nhi|ihi|urn|ur$|umrn|dva|crn|mbi|hicn|ohip|ramq|phn|aadha|uid|ssn|s\.s\.n|nino|ni$|pps|itin|nric|passport|medicare|medicaid|iban|sort code|npi|gmc|nmc|hcpc|ahpra|social|national ins)"
)
_MEASURE_AFTER = re.compile(
    r"^ ?(?:%|mg|mcg|ml|kg|cm|mm|weeks?|wks?|days?|months?|mths?|years?|yrs?|yo\b|hours?|hrs?|mins?|minutes|times|x\b|sessions?|visits?|reps|sets|degrees|deg|/\d|pounds|dollars|miles|people|patients|pts\b|of\b)"
)


def labelled(lower: str) -> Iterator[Span]:
    """Values after a label: "MRN 00482913", "member id W204857391", "ref: AB/12/345"."""
    for match in _LABELLED.finditer(lower):
        value = match["value"]
        digits = sum(character.isdigit() for character in value)
        letters = sum(character.isalpha() for character in value)
        sure = _SURE_LABELS.match(match["label"]) is not None
        says_id = _ID_WORD.search(match["tail"] or "") is not None or match["label"] in (
            "id",
            "identifier",
        )
        least = 3 if says_id and sure else 4 if (says_id or sure) else 5
        if letters:
            least = max(3, least - 1)
        if digits < least or (
            digits < 6 and _MEASURE_AFTER.match(lower[match.end() : match.end() + 12])
        ):
            continue
        if not says_id and _YEARS.fullmatch(value):
            continue
        if not sure and not says_id and re.fullmatch(r"[\d/ .-]*", value) and digits < 5:
            continue
        yield match.start(), match.end(), T.ID


_CODE = re.compile(r"(?<![\w])[a-z0-9]+(?:[-/_.:]?[a-z0-9]+){0,9}(?![\w])")
_KNOWN_CODE = re.compile(
    r"""(?:
        \d+(?:[.,]\d+)?(?:[a-z]{1,12})(?:/[a-z0-9]+)*                  # 10mg, 45yo, 100mcg/h
      | (?:[ctls]|co)\d{1,2}(?:[-/](?:[ctls]|co)?\d{1,2}){0,3}(?:rom|s1)?          # L4/5, C5-C6
      | (?:phq|gad|sf|eq|moca|mmse|ace|core|epds|odi|ndi|covid|sars|icd|dsm|hads|psfs|k|cfs|asa|nyha|mrc|gmfcs|ais|asia|fim|ecog|t|p|h|b|cd|hla|her|il|tnf|ca|cyp|apo|brca|gcs|rass|rpe|cpax|must|news|mews|wells|cha2ds2|fev|spo|pao|paco|vo|omega|vit)-?\d{1,4}[a-z]{0,6}(?:[-/]\d{1,3}[a-z]{0,3}){0,2}
      | \d{1,4}(?:-|/|:)\d{1,4}(?:[a-z]{0,10})
      | \d{1,3}x\d{1,3}(?:x\d{1,3})?[a-z]{0,8}
      | \d{1,2}(?::|\.)\d\d(?:am|pm|hrs?|h)?
      | (?:19|20)\d\ds?
      | \d+(?:st|nd|rd|th|s|k|x|h|d|w|m|y|g|f)
      | [a-z]+\d | [a-z]+\d?-[a-z]+ | \d[a-z]+
      | [a-z]{1,4}[-/.]?\d{1,3}
    )""",
    re.VERBOSE,
)


def codes(lower: str) -> Iterator[Span]:
    """Codes that mix letters and digits and are no clinical expression: "MMT-1780-44XZ91"."""
    for match in _CODE.finditer(lower):
        token = match.group()
        digits = sum(character.isdigit() for character in token)
        letters = sum("a" <= character <= "z" for character in token)
        if digits < 3 or not letters or digits + letters < 6 or _KNOWN_CODE.fullmatch(token):
            continue
        parts = re.findall(r"[a-z]+|\d+", token)
        longest = max((len(part) for part in parts if part.isdigit()), default=0)
        words = [part for part in parts if part.isalpha() and len(part) > 3]
        if longest < 4 and (words or len(parts) < 3):
            continue
        if longest < 4 and re.fullmatch(r"[\d.]+[a-z%/]*(?:[-/:.x+]+[\d.]+[a-z%/]*)+", token):
            continue  # 10mg/5ml, 3x10/2x8
        if (
            longest == 4
            and words
            and re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", token)
            and digits == 4
        ):
            continue  # started2024, nice-2019
        yield match.start(), match.end(), T.ID


_SHAPED_IDS = (
    re.compile(
        r"(?<![a-z0-9])(?!bg|gb|nk|kn|tn|nt|zz)[abceghj-prstw-z][abceghj-nprstw-z][ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[a-d](?![a-z0-9])"
    ),  # NINO
    re.compile(r"(?<![a-z0-9])\d{7}[ -]?[a-w][abhiw]?(?![a-z0-9])"),  # Irish PPS
    re.compile(r"(?<![a-z0-9])[a-z]{5}[ -]?\d{4}[ -]?[a-z](?![a-z0-9])"),  # Indian PAN
    re.compile(
        r"(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?(?![a-z0-9])"
    ),  # IBAN
    re.compile(r"(?<![a-z0-9])[a-z]{4} ?\d{4} ?\d{4}(?![a-z0-9])"),  # RAMQ
    re.compile(r"(?<![a-z0-9])[stfgm]\d{7}[a-z](?![a-z0-9])"),  # NRIC
)


def shaped_ids(lower: str) -> Iterator[Span]:
    """National identifiers known by their shape."""
    for expression in _SHAPED_IDS:
        for match in expression.finditer(lower):
            if sum(character.isdigit() for character in match.group()) >= 5:
                yield match.start(), match.end(), T.ID


# --- vehicles and devices ----------------------------------------------------------------------

_PLATES = (
    re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2} ?[a-z]{3}(?![a-z0-9])"),  # GB since 2001
    re.compile(r"(?<![a-z0-9])\d{2,3}-[a-z]{1,2}-\d{1,6}(?![a-z0-9])"),  # Ireland
    re.compile(r"(?<![a-z0-9])[a-hj-npr-z0-9]{17}(?![a-z0-9])"),  # VIN
)
_LOWER_PLATE = re.compile(
    r"(?<![a-z0-9])(?:\d[a-z]{3}\d{3}|[aefghjkmnpqruvwxy]\d{2,3} [a-z]{3})(?![a-z0-9])"
)
_UPPER_PLATES = (
    re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{1,3} [A-Z]{3}(?![A-Za-z0-9])"),
    re.compile(r"(?<![A-Za-z0-9#])[A-Z]{3} ?\d{2,3}[A-EG-LN-XZ](?![A-Za-z0-9])"),
    re.compile(r"(?<![A-Za-z0-9])\d[A-Z]{3}\d{3}(?![A-Za-z0-9])"),
)
_VEHICLE_LABEL = re.compile(
    r"\b(?:reg(?:istration|o)?|rego|number ?plate|licen[cs]e plate|plates?|car reg|vin|tag|parked|van|car|bike|motorbike|scooter|lorry|truck|taxi|minibus|ambulance)\b"
    r"(?:[ ,](?:is|was|no|number|num|plate|reads?|reg|registration|his|her|their|the|a|under|with|in|on|of|ending|white|black|blue|red|silver|grey|green)\b){0,4}[ :#=\"'(]{0,3}"
    r"(?P<value>(?=[a-z0-9 -]{0,9}\d)[a-z0-9]{1,8}(?:[ -][a-z0-9]{1,5})?)\b"
)
_PLAIN_WORD_PLATE = re.compile(
    r"\d{1,2} ?[a-z]{4,}|\d{1,3}|[a-z]+ \d{1,3}|(?:19|20)\d\d|\d+ [a-z]+|[a-z]{4,}\d?|\d+(?:mph|km|mins?|hrs?|am|pm|st|nd|rd|th|yo|yrs?|x|wks?|k)(?: [a-z]+)?"
)


def vehicles(text: str, lower: str, is_innocent: WordTest) -> Iterator[Span]:
    """Number plates and vehicle identification numbers."""
    for match in _PLATES[0].finditer(lower):
        last = match.group()[-3:]
        if " " not in match.group() or not is_innocent(last):
            yield match.start(), match.end(), T.VEHICLE
    for match in _PLATES[1].finditer(lower):
        yield match.start(), match.end(), T.VEHICLE
    for match in _PLATES[2].finditer(lower):
        digits = sum(character.isdigit() for character in match.group())
        if 4 <= digits < 17:
            yield match.start(), match.end(), T.VEHICLE
    for match in _LOWER_PLATE.finditer(lower):
        if not is_innocent(match.group()[-3:]) or match.group()[0].isdigit():
            yield match.start(), match.end(), T.VEHICLE
    for expression in _UPPER_PLATES:
        for match in expression.finditer(text):
            if not _CLINICAL_PLATE.match(match.group()):
                yield match.start(), match.end(), T.VEHICLE
    for match in _VEHICLE_LABEL.finditer(lower):
        value = match["value"]
        letters = sum(character.isalpha() for character in value)
        if (
            letters >= 2
            and len(value) - letters >= 2
            and not _PLAIN_WORD_PLATE.fullmatch(value)
            and not _KNOWN_CODE.fullmatch(value.partition(" ")[0])
        ):
            yield match.start("value"), match.end("value"), T.VEHICLE


_CLINICAL_PLATE = re.compile(
    r"(?:[CTLS]\d{1,2} |ICD|DSM|PHQ|GAD|BMI|HBA|MRI|ROM|SLR|PSA|ESR|CRP|GCS|EQ|SF|FEV|ASA|MET|LOS|POD|DAY|AGE|NEW|CFS|MAX|MIN|HIT|ACE|BDI|DHI|NDI|ODI|RPE|HRS|SET|REP|USS|CTA|MSK|BPM|FBC|INR|TFT|LFT|OPD|WBC|ALT|AST|TSH|MCV|ECG|PEF|SAT|KOO|HOO|ABC|TUG|FES|VAS|NRS|WBA|IQ)"
)
_DEVICE = re.compile(
    r"\b(?:serial(?: ?(?:no|num|number))?|ser(?: ?no)?|s/?n|sn|imei|udi|gtin|lot|batch|model|device(?: id)?|asset(?: tag)?|equipment|implant|pacemaker|icd|pump|hearing aids?|cgm|sensor|monitor|machine|cpap|stimulator|prosthesis|wheelchair|stent|lens|cochlear|tag|ventilator|nebuliser)\b"
    r"(?P<tail>(?:[ \n]?(?:serial|id|no|nos|num|number|code|#|is|was|sn|s/n|ref|tag|lot|model|reads|ending|:|=|-|\()\.?){0,5})[ \n]?[#\"'(]?"
    r"(?P<value>(?=[a-z0-9/. -]{0,20}\d)[a-z0-9]+(?:[-/.]?[a-z0-9]+){0,8}(?: (?=[a-z]*\d)[a-z0-9-]{2,12}){0,4})"
)


def devices(lower: str) -> Iterator[Span]:
    """Serial numbers and device identifiers."""
    for match in _DEVICE.finditer(lower):
        value = match["value"]
        digits = sum(character.isdigit() for character in value)
        letters = sum(character.isalpha() for character in value)
        first = re.split(r"[ ]", value)[0]
        if digits >= 4 or (digits >= 2 and letters and digits + letters >= 5):
            if (
                not any(character.isdigit() for character in first)
                or _YEARS.fullmatch(value)
                or _KNOWN_CODE.fullmatch(value)
            ):
                continue
            yield match.start(), match.end(), T.DEVICE


# --- postcodes and streets ---------------------------------------------------------------------

_UPPER_POSTCODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![A-Za-z0-9])")
_LOWER_POSTCODE = re.compile(
    r"(?<![a-z0-9])(?!(?:[tlcsqxw]|to|in|at|by|no|of|on|pt|hr|rr|bp|wk|d|p)\d)[a-z]{1,2}\d[a-z\d]? \d(?!st|nd|rd|th|mg|ml|kg|cm|mm|hr|yo|yr|wk|am|pm|xd|pt|in|of|to|on|at|is)[a-z]{2}(?![a-z0-9])"
)
_EIRCODE = re.compile(
    r"(?<![a-z0-9])(?:[ac-fhknprtv-y]\d\d|d6w) ?[0-9ac-fhknprtv-y]{4}(?![a-z0-9])"
)  # Ireland
_POSTCODES = (
    re.compile(
        r"(?<![a-z0-9])(?:gir ?0aa|(?:[a-pr-uwyz][a-hk-y]?\d[a-z\d]?) ?\d[abd-hjlnp-uw-z]{2})(?![a-z0-9])"
    ),  # GB
    re.compile(
        r"(?<![a-z0-9])[abceghj-nprstvxy]\d[abceghj-nprstv-z][ -]?\d[abceghj-nprstv-z]\d(?![a-z0-9])"
    ),  # Canada
    _EIRCODE,
    re.compile(r"(?<![\w-])\d{5}-\d{4}(?![\w-])"),  # US, nine digits
)
_STATE_ZIP = re.compile(
    r"(?<![A-Za-z])(?:(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])[ ,]{1,2}(?P<zip>\d{5})"
    r"|(?:NSW|VIC|QLD|TAS|[Nn]sw|[Vv]ic|[Qq]ld|[Tt]as)[ ,]{1,2}(?P<post>\d{4}))(?!\d| ?(?:mg|ml|steps))"
)
_ZIP_LABEL = re.compile(
    r"\b(?:zip(?: ?code)?|post ?code|eircode|pin ?code|postal code)(?: (?:is|was|of|area))?[ :=]{1,2}(?P<value>[a-z]{0,2}\d{1,6}[a-z]{0,2}(?: ?\d[a-z]{2}|[ -]?[a-z\d]{3,4}\d?)?)\b"
)
_STREET_KIND = (
    r"(?:street|st|road|rd|avenue|ave|av|lane|ln|close|drive|dr|crescent|cres|court|ct|place|pl|way|gardens|gdns|grove|gr|terrace|terr?|square|sq|hill|park|row|mews"
    r"|boulevard|blvd|parade|pde|highway|hwy|circuit|cct|walk|rise|green|view|vale|mount|mt|quay|wharf|yard|heights|hts|parkway|pkwy|trail|trl|circle|cir|loop|alley|path|bank|end|croft|brae|wynd|gate|meadows?|fields?|estate|villas?|cottages?|house|flats?|apartments?|buildings?|towers?)"
)
_ADDRESSES = (
    re.compile(
        r"(?<![\w./-])(?:(?:flat|apt|apartment|unit|suite|no|number|house|room|plot|lot) ?\d{1,5}[a-z]?[, ]{1,2})?\d{1,5}[a-z]?(?:[-/]\d{1,5}[a-z]?)?,? (?:(?:the|north|south|east|west|n|s|e|w|st|old|new|upper|lower|great|little)\.? )?"
        r"(?:[a-z][a-z']{1,20}[ -]){1,3}?(?P<kind>" + _STREET_KIND + r")\b\.?"
    ),
)
_STREET_SURE = frozenset(
    [
        "street",
        "road",
        "avenue",
        "ave",
        "lane",
        "close",
        "drive",
        "crescent",
        "cres",
        "court",
        "gardens",
        "gdns",
        "grove",
        "terrace",
        "square",
        "mews",
        "boulevard",
        "blvd",
        "parade",
        "pde",
        "highway",
        "hwy",
        "circuit",
        "rd",
        "ln",
        "parkway",
        "pkwy",
        "quay",
        "croft",
        "brae",
        "wynd",
    ]
)
_STREET_NOISE = re.compile(
    r"\b(?:weeks?|days?|months?|mins?|minutes?|hours?|reps|times|metres|meters|miles|degrees|steps|years?|visits?|sessions?|the|a|an|to|of|in|at|on|and|or|with|by|for|per|on|is|was|mg|ml|this|that|his|her|my|no|from|then|up|down|feet|yards|blocks|out|more|pain|each|into|along)\b"
)
_UNIT_ADDRESS = re.compile(
    r"(?<!units )\b(?:flat|apt|apartment|suite|po box|p\.o\. box|bed ?sit|caravan|pitch|plot) ?(?:no\.? ?)?#?(?P<value>\d{1,5}[a-z]?)\b(?! ?(?:v\b|volt|battery|weeks|days|mg|of|foot|feet|arches|shoes|stomach|affect))"
)


_ADDRESS_BEFORE = re.compile(
    r"(?:liv\w+|addr?ess\w*|at|to|in|moved|visit(?:ed)?|home)\W{1,2}(?:\w+\W){0,2}$"
)
# "the A9 near Dalwhinnie", "M62 junction 25"
_ROAD = re.compile(
    r"\b(?:on|off|along|down|up) the (?:[amb]\d{1,4}|i-\d{1,3})(?:\(m\))?(?: (?:near|at|outside|by|past|junction|jct|j)\b)?|\bm\d{1,2} (?:junction|jct) ?\d{1,2}"
)
_OUTWARD = re.compile(
    r"\b(?:liv(?:es|ed|ing)|moved|moving|based|flat|house|home|postcode|area|near|over in|up in|down in) (?:[a-z]+ ){0,2}?(?:in|to|from|near|around|is|of) (?P<value>(?!(?:[tlcs]|co)\d)(?:[a-z]{1,2}\d{1,2}[a-z]?))(?![\w/-])"
)


def locations(text: str, lower: str) -> Iterator[Span]:
    """Postcodes and street addresses."""
    for expression in _POSTCODES:
        for match in expression.finditer(lower):
            if _NOT_POSTCODE.fullmatch(match.group()) or (
                expression is _EIRCODE and not re.search(r"\d", match.group()[3:])
            ):
                continue
            yield match.start(), match.end(), T.LOCATION
    for match in _UPPER_POSTCODE.finditer(text):
        if not _NOT_POSTCODE.fullmatch(match.group().lower()):
            yield match.start(), match.end(), T.LOCATION
    for match in _LOWER_POSTCODE.finditer(lower):
        if not _NOT_POSTCODE.fullmatch(match.group()):
            yield match.start(), match.end(), T.LOCATION
    for match in _STATE_ZIP.finditer(text):
        yield *match.span("zip" if match["zip"] else "post"), T.LOCATION
    for match in _ZIP_LABEL.finditer(lower):
        yield match.start("value"), match.end("value"), T.LOCATION
    for expression in _ADDRESSES:
        for match in expression.finditer(lower):
            words = re.sub(r"^[\d\s,/a-z-]*?\d+[a-z]?,? ", "", match.group())
            if _STREET_NOISE.search(words):
                continue
            if match["kind"] in _STREET_SURE or (
                len(words.split()) <= 3
                and match["kind"] in ("st", "dr", "way", "place", "pl", "ct", "row", "hill", "av")
            ):
                yield match.start(), match.end(), T.LOCATION
    for match in _UNIT_ADDRESS.finditer(lower):
        before = lower[max(0, match.start() - 30) : match.start()]
        if (
            match.group().startswith(("po", "p.o"))
            or _ADDRESS_BEFORE.search(before)
            or lower[match.end() : match.end() + 2] == ", "
        ):
            yield match.start(), match.end(), T.LOCATION
    for match in _ROAD.finditer(lower):
        yield match.start(), match.end(), T.LOCATION
    for match in _OUTWARD.finditer(lower):
        yield match.start("value"), match.end("value"), T.LOCATION


_NOT_POSTCODE = re.compile(
    r"[ctls]\d{1,2} ?\d[a-z]{2}(?<=(?:st|nd|rd|th|mg|ml|kg|cm|mm|hr|yo|pm|am|wk|xd))|(?:[ctls]\d{1,2}|x\d|q\d|t\d|w\d|b\d|e\d) \d(?:st|nd|rd|th|hr|wk|yr|xd|pm|am|mg|ml|kg|cm|mm|yo)"
)
