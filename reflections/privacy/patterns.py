"""Identifiers that have a shape: Slack markup, addresses, numbers, dates, great ages.

Every detector reads the folded text (``normalise.fold``) in lower case unless it says otherwise,
and yields offsets in it. The expressions hold no nested unbounded repetition, so that the time
they take grows with the length of the text alone.
"""

# Tables of words and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reflections.privacy.findings import IdentifierType as T

Span = tuple[int, int, T]
WordTest = Callable[[str], bool]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_FULL_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_CLEAR_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_UNIT_WORDS = "one|two|three|four|five|six|seven|eight|nine"
_ORDINAL_UNIT = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
_ORDINAL_WORD = (
    r"(?:(?:twenty|thirty)[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth"
    r"|thirtieth)"
)
_CARDINAL_DAY = (
    r"(?:(?:twenty|thirty)[ -](?:one|two|three|four|five|six|seven|eight|nine)|one|two|three|four"
    r"|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:[ ]?(?:st|nd|rd|th))?"
_YEAR = r"(?:(?:19|20)\d\d|'\d\d)"
_WORD_YEAR = (
    r"(?:nineteen|twenty|two[ ]thousand)(?:[ -](?:and[ ])?(?:hundred|oh|o|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|one|two|three|four|five|six|seven|eight|nine)){1,3}"
)


def _compile(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.VERBOSE)


# --- Slack -----------------------------------------------------------------------------------

_SLACK_MARKUP = re.compile(
    r"<(?P<kind>[@#!]|mailto:|tel:|https?:|[a-z]{2,12}:)(?P<rest>[^<>]{0,2000})>"
)
_SLACK_ID = re.compile(
    r"(?<![A-Za-z0-9])[UWCDGTSB](?=[A-Z0-9]{0,12}\d)[A-Z0-9]{8,12}(?![A-Za-z0-9])"
)
_BROADCAST = re.compile(r"(?:here|channel|everyone)\b")
_CHANNEL = re.compile(r"(?<![\w#&])#[a-z0-9]{2,}(?:[-_][a-z0-9]+){1,8}")


def slack(text: str, lower: str) -> Iterator[Span]:
    """Slack markup (target and label alike), bare ids and channel names. Case matters for ids."""
    for match in _SLACK_MARKUP.finditer(lower):
        kind = match["kind"]
        if kind == "!" and _BROADCAST.match(match["rest"]):
            continue
        if kind == "mailto:":
            yield match.start(), match.end(), T.EMAIL
        elif kind == "tel:":
            yield match.start(), match.end(), T.PHONE
        elif kind in "@#!":
            yield match.start(), match.end(), T.SLACK
        else:
            yield match.start(), match.end(), T.URL
    for match in _SLACK_ID.finditer(text):
        yield match.start(), match.end(), T.SLACK
    for match in _CHANNEL.finditer(lower):
        yield match.start(), match.end(), T.SLACK


# --- e-mail, web, handles --------------------------------------------------------------------

_MAIL_HOST = r"(?:g ?mail|google ?mail|hot ?mail|yahoo|outlook|icloud|btinternet|proton ?mail|aol|live|msn|nhs|sky)"
_EMAILS = (
    re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.[a-z]{2,24}"),
    re.compile(
        r"[\w.+%-]{1,64} ?@ ?[\w-]{1,63}(?: ?\. ?[\w-]{2,63}){0,3} ?\. ?(?:com|org|net|uk|ie|edu|au|nz|ca|co|in|de|fr|gov|nhs|info)\b"
    ),
    # spelt out: "john dot pell at yahoo dot com", "kate [at] clinic [dot] org", "kate(at)x.org"
    _compile(
        r"""
        [\w+-]{1,64} (?: \s?(?:\.|\(dot\)|\[dot\]|\bdot\b|\bunderscore\b|\bhyphen\b|\bdash\b)\s?
                        [\w+-]{1,64} ){0,6}
        \s?(?:\bat\b|\(at\)|\[at\]|\{at\}|<at>|@)\s?
        [\w-]{1,63} (?: \s?(?:\(dot\)|\[dot\]|\{dot\}|\bdot\b)\s? [\w-]{1,63} ){1,5}
        """
    ),
    _compile(
        r"""
        [\w+-]{1,64} (?: \s?(?:\.|\(dot\)|\[dot\]|\bdot\b|\bunderscore\b)\s? [\w+-]{1,64} ){0,6}
        \s?(?:\(at\)|\[at\]|\{at\}|<at>)\s?
        [\w-]{1,63} (?: \s?\.\s? [\w-]{1,63} ){1,5}
        """
    ),
    re.compile(
        r"[\w+-]{2,64}(?: ?(?:\.|dot|underscore) ?[\w+-]{1,64}){0,4}"
        r" ?(?:\bat\b|@) ?" + _MAIL_HOST + r"\b(?: ?(?:\.|dot) ?[a-z]{2,4}){0,3}"
    ),
)
_TOP_LEVEL = (
    r"(?:co|xyz|site|online|link|shop|blog|page|club|scot|wales|london|tech|cloud|news|social|fm|im|com|org|net|edu|gov|mil|info|biz|io|app|dev|uk|ie|eu|au|nz|ca|us|de|fr|es|nl|pl|za|ng|ke"
    r"|example|health|care|clinic|local|lan|internal|nhs|ly|gl|tv|gg)"
)
_FILE = (
    r"(?:jpe?g|png|gif|heic|webp|bmp|tiff?|pdf|docx?|xlsx?|pptx?|odt|rtf|txt|csv|zip|mp[34]|mov|m4a"
    r"|wav|avi|dcm|eml|msg)"
)
_URLS = (
    re.compile(
        r"\b(?:https?|hxxps?|ftp|file|slack|zoommtg|sftp)(?::| ?colon ?)//[^\s<>\"']{1,2000}"
    ),
    re.compile(r"\bwww ?(?:\.|dot) ?[^\s<>\"']{1,2000}"),
    re.compile(
        r"(?<![\w@.-])[a-z0-9-]{2,63}(?:\.[a-z0-9-]{1,63}){0,5}\."
        + _TOP_LEVEL
        + r"\b(?:[/?#:][^\s<>\"']{0,1000})?"
    ),
    re.compile(r"(?<![\w@.-])[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){1,5}/[^\s<>\"']{1,1000}"),
    re.compile(
        r"\b[a-z0-9-]{2,63}(?: (?:dot) [a-z0-9-]{1,63}){1,4} (?:slash|forward slash) [\w-]{1,63}"
    ),
    re.compile(
        r"\b[a-z0-9-]{2,63}(?: dot (?:co|com|org|net|uk|nhs|gov|ac|edu|ie|au|io)){1,3}\b(?: (?:slash|forward slash)(?: (?:at|dash|underscore|dot))? [\w.-]{1,63}){0,4}"
    ),
    re.compile(r"(?<![\w.])[\w-][\w.()-]{0,120}\." + _FILE + r"\b"),
    re.compile(r"\\\\[\w.$-]{1,63}(?:\\[\w.$ -]{1,100}){1,10}"),
    re.compile(r"\b[a-z]:\\(?:[\w.$-]{1,100}\\?){1,10}"),
    re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.])"),
    re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])"),
    re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}(?![\w:])"),
)
_MAC = re.compile(r"(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])")
_HANDLE = re.compile(r"(?<![\w.@])@ ?(?P<name>[a-z][\w.-]{1,39})")
_NETWORK = (
    r"(?:insta(?:gram)?|ig|face ?book|fb|twitter|tik ?tok|snap ?chat|snap|strava|linked ?in|reddit|discord"
    r"|youtube|threads|blue ?sky|mastodon|whats ?app|telegram|signal|skype|x box|xbox|psn|twitch|venmo"
    r"|pay ?pal|cash ?app|messenger|wechat|line|kik|pinterest|tumblr|onlyfans|tinder|hinge)"
)
_NAMED_HANDLE = re.compile(
    r"\b(?:"
    + _NETWORK
    + r")(?: (?:handle|name|user ?name|account|id|profile|page|tag|channel|is|as|under|user|blog))*"
    r"(?: ?[:=(] ?| )(?P<name>[a-z][\w.-]{2,39}\d[\w.-]{0,20}|[a-z][\w-]{0,30}[._][\w.-]{2,39})"
)
_KNOWN_AS_ON = re.compile(
    r"\b(?:on|via|his|her|their|my|the) (?:"
    + _NETWORK
    + r")(?: (?:account|page|handle|channel|profile|name|username))? ?(?:as|under|is|called|named|[:=@(]) ?@?(?P<name>[a-z][\w.-]{2,39})"
)
_LABELLED_HANDLE = re.compile(
    r"\b(?:user ?name|handle|screen ?name|gamer ?tag|log ?in|user ?id)\b(?: (?:is|was|on [a-z]+|of))*"
    r" ?[:=]? ?[\"']?(?P<name>[\w.-]{3,40})"
)
_UNDERSCORED = re.compile(
    r"(?<![\w:@/.])(?=[a-z0-9_.-]{0,40}[a-z])[a-z0-9.-]{2,40}_[a-z0-9_.-]{2,40}(?![\w:])"
)


def email(lower: str) -> Iterator[Span]:
    """E-mail addresses, also with spaces or with "at" and "dot" in words."""
    for expression in _EMAILS:
        for match in expression.finditer(lower):
            yield match.start(), match.end(), T.EMAIL


def web(lower: str) -> Iterator[Span]:
    """Web and network addresses, file names, social-media handles."""
    for expression in _URLS:
        for match in expression.finditer(lower):
            end = match.end()
            while end > match.start() + 1 and lower[end - 1] in ".,;:!?)]'\"":
                end -= 1
            yield match.start(), end, T.URL
    for match in _MAC.finditer(lower):
        yield match.start(), match.end(), T.DEVICE
    for expression in (_NAMED_HANDLE, _LABELLED_HANDLE):
        for match in expression.finditer(lower):
            if any(not character.isalpha() for character in match["name"].rstrip(".-")):
                yield match.start("name"), match.end("name"), T.URL
    for match in _UNDERSCORED.finditer(lower):
        yield match.start(), match.end(), T.URL


def handles(lower: str, is_innocent: WordTest) -> Iterator[Span]:
    """Words after an at sign or a network's name: "@dazza_lifts", not "@rest" or "@ 3 pm"."""
    for match in _KNOWN_AS_ON.finditer(lower):
        if not is_innocent(match["name"]):
            yield *match.span("name"), T.URL
    for match in _HANDLE.finditer(lower):
        name = match["name"].rstrip(".-")
        if not is_innocent(name):
            yield match.start(), match.start("name") + len(name), T.URL


# --- dates -----------------------------------------------------------------------------------

_DATES = (
    # a month in Roman numerals: "12.viii.", "3-iv-24"
    re.compile(
        r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])[.-](?:(?:i{2,3}|iv|vi{1,3}|ix|xi{1,2})\b(?:[.-]\d{2,4})?|[ivx][.-]\d{2,4})(?!\w)"
    ),
    _compile(  # 14/02/24, 14.02.2024, 2024-01-09, 9-1-24, 14/feb/2024
        rf"""(?<![\d./])(?:
            (?:19|20)\d\d [-/.] (?:0?[1-9]|1[0-2]) [-/.] (?:0?[1-9]|[12]\d|3[01]) (?:t[\d:.]+z?)?
          | (?:0?[1-9]|[12]\d|3[01]) \s?([-/.])\s? (?:0?[1-9]|[12]\d|3[01]) \s?\1\s? (?:(?:19|20)\d\d|\d\d)
          | (?:0?[1-9]|[12]\d|3[01]) [-/. ] {_MONTH} [-/. ] (?:(?:19|20)\d\d|'?\d\d)
          | (?:19|20)\d\d [-/. ] {_MONTH} [-/. ] (?:0?[1-9]|[12]\d|3[01])
        )(?![\d/]|\.\d|\s?(?:mg|mcg|ml|kg|cm|mm|%))"""
    ),
    _compile(  # 02/2024, 2024/02
        r"(?<![\d./-])(?:(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d|(?:19|20)\d\d[/-](?:0[1-9]|1[0-2]))(?![\d/-])"
    ),
    _compile(  # 3rd of march (2024), 14 dec, 5th jan '24, the 12th day of may
        rf"""(?<![\d./])(?<!\d\ )(?:the\s)?{_DAY}(?:\s?(?:day\s)?of\s(?:last\s|this\s)?|[\s.,-]{{0,2}}){_MONTH}\b
             (?:[\s,.-]{{1,2}}(?:of\s)?{_YEAR}\b)?(?!')"""
    ),
    _compile(  # march 3rd, jan 5 2024, may 5
        rf"""(?<![a-z]){_MONTH}\.?[\s-](?:the\s)?{_DAY}(?![\d:%/]|\.\d|\s?(?:mg|mcg|ml|kg|cm|mm|%|/|x|am|pm|yo|yrs?\b|years?|mins?\b|minutes|reps|times|weeks|wks|days|hours|hrs|sessions|o'clock))
             (?:[\s,]{{1,2}}{_YEAR}\b)?"""
    ),
    _compile(  # nov 2023, november of 2023, spring is not a date
        rf"(?<![a-z]){_MONTH}\.?[\s,-]{{0,2}}(?:of\s)?{_YEAR}\b"
    ),
    _compile(  # fourteenth of february, february the fourteenth, twenty third march
        rf"""(?<![a-z])(?:the\s)?{_ORDINAL_WORD}(?:\s(?:day\s)?of\s(?:last\s|this\s)?|\s){_MONTH}\b
             (?:[\s,]{{1,2}}(?:{_YEAR}|{_WORD_YEAR}))?"""
    ),
    _compile(
        rf"(?<![a-z]){_MONTH}\s(?:the\s)?{_ORDINAL_WORD}\b(?:[\s,]{{1,2}}(?:{_YEAR}|{_WORD_YEAR}))?"
    ),
    _compile(
        rf"(?<![a-z]){_CLEAR_MONTH}\s{_CARDINAL_DAY}\b(?!\s(?:weeks|days|times|months))(?<!\sone)"
    ),
    _compile(rf"(?<![a-z]){_FULL_MONTH}\s(?:of\s)?{_WORD_YEAR}"),
)
_MORE_DATES = (
    # "14/02": no score has a leading nought
    re.compile(r"(?<![\d./:-])(?:0?[1-9]|[12]\d|3[01])/0[1-9](?![\d/]|\.\d)"),
    re.compile(r"(?<![\d./:-])0[1-9]/(?:1[0-2]|[1-9])(?![\d/]|\.\d)"),
    # "30/10", "12/4": more than the whole is no score; 7, 12 and 52 make durations
    re.compile(
        r"(?<![\d./:+x-])(?<!x )(?P<day>(?:1[3-9]|2\d|3[01]) ?/ ?(?:[1-6]|8|9|1[01]))(?![\d/]|\.\d| ?(?:mg|mcg|ml|kg|cm|mm|%|x\b|mmhg))"
    ),
    # "Tues 14th", "Friday the 13th", "w/c 12th"
    _compile(
        r"""\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?[ ](?:the[ ])?(?:[12]?\d|3[01])[ ]?(?:st|nd|rd|th)\b
            (?![ ](?:visit|session|appt|time|week|attempt|toe|floor))"""
    ),
    re.compile(
        r"\b(?:w/c|wc|w/e|week (?:commencing|beginning|ending|of)) (?:the )?\d{1,2}(?: ?(?:st|nd|rd|th)|/\d{1,2}|\.\d{1,2})?\b(?! ?(?:weeks|sessions|visits))"
    ),
    # "mid-March", "end of Feb", "first week of November", "second Tuesday in May"
    re.compile(
        rf"\b(?:mid|early|late|end of|start of|beginning of|middle of|back end of|turn of)[ -](?:last |this )?(?P<day>{_CLEAR_MONTH}|march|may)\b(?! (?:be|have|need|not|help))"
    ),
    re.compile(
        rf"\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th) (?:week|weekend|few days|half|(?:mon|tues|wednes|thurs|fri|satur|sun)day) (?:of|in) (?P<day>{_CLEAR_MONTH}|march|may)\b"
    ),
    # "the twenty-third of the month", "the 5th of last month"
    re.compile(
        rf"\bthe (?:(?:[12]?\d|3[01]) ?(?:st|nd|rd|th)|{_ORDINAL_WORD}) of (?:the|last|this|next) month\b"
    ),
    re.compile(rf"(?<![a-z]){_CLEAR_MONTH}[ .-]'?\d\d(?![\d:%/.-]|\w)"),
    re.compile(
        r"(?<![\d.])(?:on|since|from|am|dated) (?P<day>(?:[1-9]|[12]\d|3[01])\.(?:[1-9]|1[0-2])\.)(?=\s|$)"
    ),
    re.compile(r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"),
)
_HOLIDAY = _compile(
    r"""\b(?:
        christmas[ ](?:day|eve) | xmas[ ](?:day|eve) | boxing[ ]day
      | new[ ]year'?s?[ ](?:day|eve) | nye | hogmanay | burns[ ]night | epiphany
      | easter[ ](?:sunday|monday|saturday|day|weekend) | good[ ]friday | palm[ ]sunday
      | maundy[ ]thursday | ash[ ]wednesday | shrove[ ]tuesday | pancake[ ]day | whit[ ]monday
      | pentecost | whitsun | michaelmas | candlemas | lammas | all[ ](?:saints|souls)'?[ ]day
      | hallowe'?en | bonfire[ ]night | guy[ ]fawkes(?:[ ]night)? | remembrance[ ](?:day|sunday)
      | armistice[ ]day | veterans'?[ ]day | memorial[ ]day | labou?r[ ]day | presidents'?[ ]day
      | columbus[ ]day | independence[ ]day | canada[ ]day | victoria[ ]day | australia[ ]day
      | anzac[ ]day | waitangi(?:[ ]day)? | martin[ ]luther[ ]king(?:[ ]jr)?\.?[ ]day | mlk[ ]day
      | juneteenth | thanksgiving | black[ ]friday | ground[ ]?hog[ ]day | (?:4th|fourth)[ ]of[ ]july
      | (?:st|saint)\.?[ ](?:patrick|george|david|andrew|stephen|brigid|valentine|nicholas)'?s'?[ ](?:day|eve|night)
      | paddy'?s[ ]day | valentine'?s(?:[ ]day)? | mother'?s'?[ ]day | mothering[ ]sunday
      | father'?s'?[ ]day | may[ ]day(?![ ]call) | king'?s[ ](?:birthday|coronation) | coronation[ ]day | bastille[ ]day
      | cinco[ ]de[ ]mayo | d[ií]a[ ]de[ ](?:los[ ])?muertos | day[ ]of[ ]the[ ]dead | mardi[ ]gras
      | diwali | deepavali | holi(?![a-z]) | navratri | durga[ ]puja | ganesh[ ]chaturthi | raksha[ ]bandhan
      | dussehra | onam | pongal | vaisakhi | baisakhi | gurpurab | vesak | wesak | losar
      | eid(?:[ -](?:al|ul)[ -](?:fitr|adha))? | ashura | mawlid | lailat[ ]al[ ]qadr
      | hanukkah | chanukah | passover | pesach | purim | rosh[ ]hashan(?:ah|a) | yom[ ]kippur
      | sukkot | shavuot | simchat[ ]torah | tisha[ ]b'?av | kwanzaa | nowruz | norouz | newroz
      | (?:chinese|lunar)[ ]new[ ]year | mid[ -]autumn[ ]festival | dragon[ ]boat[ ]festival | songkran | tet(?=[ ]holiday)
      | midsummer(?:'?s)?[ ](?:day|eve|night) | walpurgis | st[ ]lucia'?s?[ ]day | kings?'?[ ]day | twelfth[ ]night
    )\b"""
)
_NUMERIC_DAY = _compile(
    r"""\b(?:on|was|dated?|dob|d\.o\.b\.?|born|seen|adm(?:itted)?|disch(?:arged)?|d/c(?:'d|d)?|appt|review(?:ed)?
          |since|until|til|till|by|from|due|surgery|op|booked|last\sseen|started|fell|injury|doi|dos)
        (?:\s(?:on|for|was|is))?[:\s]{1,2}
        (?P<day>(?:0?[1-9]|[12]\d|3[01])\s?[/.]\s?(?:0?[1-9]|[12]\d|3[01]))
        (?![\d/]|\.\d|\s?(?:mg|mcg|ml|kg|cm|mm|%|x\b|pain|on|nprs|vas|of|weeks?|wks?|days?|months?|hrs?|hours|out|power|strength|degrees|deg))"""
)
_SCORES = re.compile(r"(?:\d+\s?/\s?(?:5|7|10|12|52|24|100)$)|^0\.|\.0$")
_DAY_OF_MONTH = _compile(
    rf"""\b(?:on|since|until|till|by|from|before|after|around|about|for|to)\sthe\s
         (?P<day>(?:(?:[12]?\d|3[01])\s?(?:st|nd|rd|th)|(?:twenty|thirty)[ -]?{_ORDINAL_UNIT}|eleventh|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth))
         (?=\s*(?:$|[.,;:!?)\n]|(?:and|but|so|he|she|they|we|i|at|of\s(?:this|last|next|the)\smonth|for\s(?:his|her|their|a|an|the)|with|because|when|which|then|if|to)\b))"""
)
_EVENT = (
    r"(?:fell|fall|admitted|adm|seen|discharged|died|dies|death|passed[ ]away|buried|funeral|broke|fractured|happened|stroke|op|operation"
    r"|operated|surgery|accident|crash|diagnosed|dx|injured|injury|hurt|separated|divorced|married|wedding|born|retired|miscarried|miscarriage|collapsed|arrested|assaulted|replaced|replacement|transplant|tkr|thr|mi|cva|overdose|od|lost)"
)
_SEASON = r"(?:christmas|xmas|easter|ramadan|ramadhan|lent|advent|yule|epiphany|hols)"
_VAGUE = (
    # "last december", "since last easter"
    re.compile(rf"\b(?:last|this past|the previous|following) (?P<day>{_FULL_MONTH}|{_SEASON})\b"),
    # "fell at christmas", "buried her eldest in june"
    re.compile(
        rf"\b{_EVENT}(?: [\w']+){{0,4}}? (?:in|on|at|over|before|after|around|during|since|early|late|mid)(?: (?:the|just|late|early|mid))?[ -]"
        rf"(?P<day>{_FULL_MONTH}|{_SEASON})\b"
    ),
    # "the day after christmas"
    re.compile(rf"\b(?:day|days|night|morning|week) (?:before|after|of) (?P<day>{_SEASON})\b"),
)


_WEEKDAY_BEFORE = re.compile(
    r"\b(?:last |this |next |the )?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?(?:last |this |the )?$"
)
_PRESSURE = re.compile(
    r"(?:bp|pressure|iop|vision|va|ratio|power|sats|o2|grade|score|rr|hr)\W{0,3}(?:\w+ )?$"
)


def date(lower: str) -> Iterator[Span]:
    """Dates of the calendar and named holidays; not years alone, weekdays, durations, scores."""
    for expression in (*_DATES, *_MORE_DATES, _HOLIDAY):
        for match in expression.finditer(lower):
            if "day" in expression.groupindex and _PRESSURE.search(
                lower, max(0, match.start() - 12), match.start()
            ):
                continue
            before = _WEEKDAY_BEFORE.search(lower, max(0, match.start() - 24), match.start())
            yield (before.start() if before else match.start()), match.end(), T.DATE
    for match in _NUMERIC_DAY.finditer(lower):
        day = match["day"]
        label = match.group()[:3]
        if "." in day and not match.group().startswith(
            ("dob", "d.o.b", "on ", "seen", "date", "born", "appt")
        ):
            continue
        if label == "was" and (
            "." in day or int(re.split(r"\D+", day)[0]) <= int(re.split(r"\D+", day)[1])
        ):
            continue
        if not _SCORES.search(day) or (label in ("dob", "bor", "dat") and "/" in day):
            yield match.start("day"), match.end("day"), T.DATE
    for expression in (*_VAGUE, _DAY_OF_MONTH):
        for match in expression.finditer(lower):
            last = _WEEKDAY_BEFORE.search(
                lower, max(0, match.start("day") - 24), match.start("day")
            )
            yield (last.start() if last else match.start("day")), match.end("day"), T.DATE


# --- ages of ninety and over -------------------------------------------------------------------

_AGE_DIGITS = r"(?:9\d|1[01]\d|12[0-5])"
_AGE_WORDS = (
    r"(?:ninety(?:[ -]?(?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?:a|one)[ -]hundred(?:[ -](?:and[ -])?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))?)"
)
_AGES = (
    _compile(
        rf"""(?<![\d./])(?:{_AGE_DIGITS}|\b{_AGE_WORDS})[\s-]?
             (?:(?:y/?o|yr?s?|years?)\.?[\s-]?(?:old|young|of\sage|of\syears)|y/?o\b|yrs?\b(?!\s(?:ago|of|in|on|as))|y\.o\.|years\syoung|summers)"""
    ),
    _compile(
        rf"(?<![\d./a-z-]){_AGE_DIGITS}\s?/?\s?(?:[mf]\b(?!/)|y\b|male\b|female\b|man\b|woman\b|lady\b|gent\b|gentleman\b)"
    ),
    _compile(rf"(?<![a-z\d])[mf]\s?/?\s?{_AGE_DIGITS}\b(?![%./\d]|\s?(?:%|bpm|deg|kg|mm|cm|on\b))"),
    _compile(rf"\b{_AGE_WORDS}[\s-](?:something|odd|plus)\b"),
    _compile(
        rf"""\b(?:aged?|aet|age\sof|age\sis|age:|turn(?:s|ed|ing)|is\snow|nearly|almost|he's|she's|hes|shes|(?:he|she|who|pt|patient|mum|mother|dad|father|nan|nana|gran|granny|grandma|grandad|grandpa|grandmother|grandfather|husband|wife|lady|gentleman|aunt|uncle|neighbour)\s(?:is|was|being)|pushing|reached|celebrat(?:ed|ing|es)|gets?\sto|got\sto|well\sinto|live\sto|lived\sto)\s
             (?P<age>{_AGE_WORDS})\b(?![\s-](?:degrees|percent|per|per\scent|minutes|mins|seconds|secs|days|metres|meters|miles|pounds|reps|times|weeks|kg|over|of|beats|steps|hours|people|other|things|more|thousand|million|sure))"""
    ),
    _compile(
        rf"""\b(?:aged?|aet|age\sof|age\sis|age:|turn(?:s|ed|ing)|is\snow|nearly|almost|he's|she's|hes|shes|he\sis|she\sis|who's|who\sis|pushing|celebrat(?:ed|ing|es))\s
             (?P<age>{_AGE_DIGITS})\b(?![%/\d]|\.\d|\s?(?:%|percent|per\b|kg|bpm|cm|mm|deg|degrees|mins?\b|minutes|secs?|seconds|days|weeks|reps|times|metres|m\b|miles|pounds|lbs?|on\b|hours|sats|sure))"""
    ),
    re.compile(
        r"\b(?:in|into|entering) (?:his|her|their|the|my|your|(?:late|early|mid)[ -]?)? ?(?:late |early |mid[ -]?)?(?P<age>(?:19|1)?(?:9|10|11)0'?s|nineties)\b(?! degrees)"
    ),
    re.compile(r"\b(?:late|early|mid)[ -]?(?P<age>nineties|90'?s)\b"),
    re.compile(r"\b(?P<age>(?:super-?)?centenarians?|nonagenarians?)\b"),
    re.compile(
        r"\b(?P<age>(?:9\d|1[01]\d)(?:st|nd|rd|th) (?:birthday|bday|b-day|year)|(?:ninet(?:ieth|y[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))|(?:one )?hundredth|(?:one |a )?hundred and (?:first|second|third|fourth|fifth|sixth)) (?:birthday|bday|year))\b"
    ),
    re.compile(
        r"\b(?P<age>hundred years old|hundred years young|century old|telegram from the (?:king|queen)|card from the (?:king|queen))\b"
    ),
    re.compile(
        r"\bborn (?:in |on |c\.? ?|circa )?(?P<age>19[0-2]\d|193[0-5]|nineteen[ -](?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty(?:[ -](?:"
        + _UNIT_WORDS
        + r"))?|thirty(?:[ -](?:one|two|three|four|five))?))\b"
    ),
)
_MORE_AGES = (
    re.compile(
        rf"\b(?:a|an) (?:very |pretty |still )?(?:spry|sprightly|frail|fit|feisty|sharp|young|lovely|active|independent|proud|sweet|chatty|cheerful|mobile|robust|healthy|good|youthful|determined|stubborn) (?P<age>{_AGE_DIGITS}|{_AGE_WORDS})\b(?! ?(?:degrees|%|mins|minutes|kg|metres|m\b|percent|seconds))"
    ),
    re.compile(
        rf"\bat (?P<age>{_AGE_DIGITS}|{_AGE_WORDS})(?=,? (?:he|she|they|and still|still|years|with all|i)\b)"
    ),
    re.compile(
        rf"\b(?:will be|would be|gone|past|over|nudging|approaching|knocking on|pushing|nearly|almost|coming up to|coming up|not far off|going on) (?P<age>{_AGE_DIGITS}|{_AGE_WORDS})(?= (?:in|next|this|years?|soon|now|and (?:still|lives|living|sharp|fit|independent|never))\b)(?! in (?:sitting|standing|supine|lying|prone|flex))"
    ),
    re.compile(
        rf"(?<![\d./:-])(?P<age>{_AGE_DIGITS}) (?:now|and counting|and still (?:drives|lives|walks|works|gardens|going|independent|swims|plays|sharp|cooks)|but (?:spry|sharp|fit|still)|next (?:birthday|week|month|year))\b"
    ),
    re.compile(
        r"\b(?P<age>(?:off|from|short of|shy of|to|towards|near(?:ing|ly)?|reach\w*) (?:her|his|their|a|the) (?:century|hundred(?:th)?|ton)|(?:her|his) (?:100th|hundredth))\b(?! (?:metres|meters|steps|mark|percent))"
    ),
    re.compile(
        rf"\b(?P<age>{_AGE_WORDS}|{_AGE_DIGITS}) (?:next birthday|on (?:his|her|their) (?:next|last) birthday|years under (?:his|her) belt)\b"
    ),
    re.compile(rf"\b(?:all|her|his|their) (?P<age>{_AGE_DIGITS}|{_AGE_WORDS}) years\b"),
)
_BETWEEN_COMMAS = re.compile(
    rf"(?<=[a-z]), (?!1[01]1|112)(?P<age>{_AGE_DIGITS}|ninety(?:[ -](?:{_UNIT_WORDS}))?)(?=, [a-z]| and (?:still|lives|living|never|as|fiercely|proud)|\.\s*$| ?\()"
)
_NOT_AGED = re.compile(
    r"(?:flex\w*|abd\w*|ext\w*|rom|rotation|sats?|spo2|hr|pulse|bp|weight|wt|bmi|score\w*|raise|slr|knee|elbow|hip|shoulder|dose|systolic|diastolic|temp|degrees|past|to|at)\s?(?:is|was|of|to|:|=)?\s?$"
)


def age(lower: str) -> Iterator[Span]:
    """Ages of ninety and over, in digits and in words."""
    for expression in (*_AGES, *_MORE_AGES, _BETWEEN_COMMAS):
        named = "age" in expression.groupindex
        for match in expression.finditer(lower):
            start, end = match.span("age") if named else match.span()
            if match.group().startswith(("in ", "into ")):
                start = match.start()
            if (
                _NOT_AGED.search(lower, max(0, match.start() - 24), match.start())
                and "old" not in match.group()
                and "birth" not in match.group()
            ):
                continue
            yield start, end, T.AGE90
