"""People, places and institutions: words judged by what they are and by what stands around them.

Names have no end and the words of a clinic note do, so the judgement is turned round: a word
that is on a list of names or places and is not an ordinary word is doubted wherever it stands,
in any case; a word that no list knows is doubted where a name would stand; and a word that is
both ("grace", "will", "rose") is doubted only where its neighbours speak of a person.
"""

# Tables of words and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reflections.privacy.findings import IdentifierType as T
from reflections.privacy.lexicon import Lexicon
from reflections.privacy.patterns import Span
from reflections.privacy.resemblance import NameResemblance
from reflections.privacy.slots import Slot, addressed, person_slot, place_slot, speaks_as_person
from reflections.privacy.tokens import Token, tokenise

_HARD_BREAK = re.compile(r"[.!?:;\n\"]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    "cllr councillor sgt sergeant inspector mr mrs mx dr prof professor messrs mme mlle monsieur madame herr frau senor senora rev revd reverend"
)
_SOFT_TITLES = _words(
    "ms miss doctor sir dame lord lady sister nurse matron father fr pastor rabbi imam sheikh cllr councillor"
    " captain capt sergeant sgt pc officer detective judge justice brother bro uncle aunt auntie aunty nan nana gran granny grandad grandpa grandma"
    " consultant surgeon physio gp midwife hca ot slt coach teacher headteacher"
)
_ROLES = _words(
    "pt patient patients client husband hubby wife son daughter mum mother mom dad father brother sister partner carer friend neighbour"
    " neighbor boss colleague physio nurse gp aunt auntie aunty uncle nan nana gran granny grandma grandad grandpa boyfriend girlfriend bf gf"
    " fiance fiancee cousin niece nephew granddaughter grandson interpreter translator manager supervisor coach trainer teacher student ot slt"
    " hca midwife surgeon consultant registrar receptionist secretary stepdad stepmum stepson twin baby toddler kid girl boy lad lass bloke guy"
    " chap gentleman lady woman man gent mate ex dog cat spouse missus bro sis babe twins psychologist dietitian therapist social worker keyworker"
)
_NAMING = re.compile(
    r"\b(?:named|nicknamed|known as|goes by|went by|answers to|(?:first |last |middle |maiden |sur|fore|nick|pet |real |full |given |family |legal |preferred )name(?:'s| is| was|:| =| of)?"
    r"|name(?:'s| is| was|:| =)|names (?:are|were)|(?:calls?|called|calling) (?:him|her|them|my|your|me)?sel(?:f|ves)|likes? (?:to be|being) called|prefers? (?:to be|being) called"
    r"|wants? to be called|(?:is|are|was|were|he's|she's|been|gets|got|someone|somebody|man|woman|lady|bloke|guy|lad|girl|boy|dog|cat|son|daughter|wife|husband|child|kid|baby|friend|patient|pt|client) called"
    r"|(?:calls?|call|calling|called) (?:him|her|them|me)|introduced (?:him|her|them)?sel(?:f|ves) as|signed(?: it| off)?(?: as)?|signed|aka|a\.k\.a\.?|alias|addressed as|just call (?:me|him|her))"
    r"[ ,:]{1,2}[\"']?(?=[a-z])"
)
_TALKING = re.compile(
    r"\b(?:(?:spoke|spoken|speak|speaking|talk|talked|chat|chatted|chatting|liais\w+|discussed|handed over|hand over|handover|referred|emailed|written|wrote|reported|apologised|explained|lovely|working|worked|session|joint visit|joint session|shared) (?:it )?(?:to|with)|d/w|w/|alongside|via|cc'?d?|per|as per|seen by|covered by|according to|asked|told|thanked|rang|phoned|texted|helped|reassured|reminded|encouraged|praised)"
    r" (?=[a-z])"
)
_ADDRESSING = re.compile(
    r"\b(?:hi|hello|hey|hiya|dear|thanks|thank you|ta|cheers|morning|afternoon|evening|bye|goodbye|sorry|welcome|regards|sincerely|wishes|love from|yours|oi|ps|cc|fao|attn)[ ,:-]{1,3}(?=[a-z])"
)
_NAME_VERBS = _words(
    "said says told tells came comes cried cries asked asks wanted wants laughed laughs went felt feels thinks thought attended arrived phoned rang"
    " texted emailed presented reports reported denies denied tearful smiled nodded hates loves likes hated loved agreed refuses refused walked"
    " walks struggles struggled lives lived works worked lost is was has had did does doesn't didn't wasn't isn't won't can't cannot seemed looked"
    " seems looks got gets gave gives left needs needed cancelled mentioned admitted described explained kept keeps joked hugged hated"
    " rung wrote put took saw met sent signed prescribed referred advised suggested recommended started spoke wont cant doesnt didnt isnt wasnt hasnt hadnt wouldnt couldnt sleeps tolerates prefers mentions remains snapped shouted sat sobbed sighed tried tries turned stopped started managed manages knows knew understood believes believed brought held"
)
_FUNCTION = _words(
    "a an the and or but so if of to in on at by for with from as is was were are be been am i me my we us our you your he him his she her they them their it its this that"
    " these those there here not no yes who whom whose which what when where why how all any both each few more most other some such only own same than too very can will"
    " just should now do does did has have had would could may might must shall about into over after before again then once up down out off under also re per via because"
    " while until though although still yet even ever never always often today tomorrow yesterday tonight said says told asked didn't doesn't don't isn't wasn't won't can't i'm i've i'd i'll it's he'd she'd they'd we'd you'd he'll she'll they'll we'll you'll you're you've we've they've what's who's how's let's here's ain't couldn't wouldn't shouldn't haven't hasn't hadn't aren't weren't mustn't didnt doesnt dont cant wont im ive"
    " he's she's they're we're that's there's got get gets getting going went go come came goes uh er um erm uhm comma really quite bit lot much many one two three said well back later earlier"
)
_FACILITY_NOUNS = _words(
    "ctr solicitors ltd limited plc inc llc motors builders bakery logistics garage brewery distillery "
    "hospital hospitals hosp hosps infirmary clinic clinics surgery practice hospice ward unit centre center medical-centre school academy college university nursery"
    " church mosque synagogue temple gurdwara prison barracks hostel shelter house lodge manor court hall care-home home residence"
    " joinery plumbing electrical furniture haulage transport scaffolding construction roofing veterinary timber fabrics carpets coaches taxis opticians dentists choir band orchestra general memorial ortho foods steel electric electronics textiles engineering farms rehab ltd rugby football cricket bowls mill plant dairy nursery leisure stadium abbey priory convent monastery mandir infants juniors grammar gaa nursing-home surgery health-centre primary secondary office pharmacy chemist library gym pub inn hotel club factory trust foundation sanatorium dispensary polyclinic"
)
_STRONG_FACILITY = _words(
    "hospital hospitals hosp hosps infirmary hospice ward surgery clinic school academy college university church mosque synagogue gurdwara prison pharmacy polyclinic primary secondary"
)
_FACILITY_MIDDLE = _words(
    "general community district royal memorial regional county city university teaching children's childrens women's womens cottage medical health care health-care day high primary"
    " secondary grammar junior infant infants middle nursing residential retirement sports leisure mental group family surgery dental eye spinal cancer heart orthopaedic rehabilitation rehab"
    " male voice silver brass rugby football cricket bowls bowling golf tennis rowing social working men's men women's youth athletics running swimming cycling hockey netball village green road street hill park house manor lodge lane of the and for & st saint our lady infirmary hospital central north south east west northern southern eastern western catholic state national veterans va nhs private treatment diagnostic walk-in urgent physio physiotherapy sixth form comprehensive"
)
_HEALTH_TAIL = _words(
    "hospital hospitals hosp infirmary clinic centre center surgery practice home school academy college ward unit trust hospice university health"
)
_DESCRIPTIVE = _words(
    "the a an this that my our your his her their its same another other next first last new old local nearest big small busy private public day night main main-site general teaching acute regional"
    " pain hand fracture knee hip back spine spinal shoulder foot ankle balance falls stroke cardiac chest respiratory asthma copd diabetic diabetes memory eye ear skin dental breast antenatal postnatal"
    " baby smear travel flu vaccine sexual gum hiv tb renal liver gastro bowel stoma wound leg ulcer lymphoedema neuro neurology headache migraine epilepsy seizure ms parkinson's rheum rheumatology ortho"
    " orthopaedic orthopedic trauma vascular medical surgical elderly geriatric paediatric pediatric children's womens women's maternity labour delivery oncology haematology dialysis infusion chemo"
    " outpatient outpatients inpatient emergency urgent walk-in drop-in minor injury injuries virtual remote telephone phone video zoom online today's yesterday's morning afternoon evening weekly monthly"
    " monday tuesday wednesday thursday friday saturday sunday mon tues tue wed thurs thu fri sat sun follow-up followup review up new-patient admission admissions discharge assessment rehab rehabilitation physio physiotherapy"
    " ot slt podiatry audiology orthotics dietetic psychology counselling mental psychiatric psych recovery addiction methadone detox smoking cessation weight obesity bariatric sleep fatigue cfs long covid pelvic"
    " floor continence urology gynae gynaecology fertility obstetric menopause transplant burns plastics ent maxfax hydro pool gait mobility wheelchair prosthetic amputee sports sport musculoskeletal msk"
    " primary secondary high middle nursing care residential retirement community rural mobile outreach satellite specialist tertiary district county village nurse-led gp doctor's doctors dr's vet's vet"
    " at to in from of for and or per post after before during since left leave leaving went going attend attended attending started starting starts finish finished missed missing back off into home-based"
    " open closed plastic cosmetic elective emergency key keyhole bypass knee-replacement cataract hernia gallbladder major minor previous prior repeat robotic arthroscopic laparoscopic revision corrective having had needs needing wants wanted declined offered offering considering avoid awaiting wait waiting pre post"
    " best good bad poor clinical general reflective evidence-based safe standard usual current common daily music piano football team range rehearsal choir target private-practice"
    " nice quiet lovely big busy empty full cold hot their nursing warm clean safe tidy smart half way halfway funeral publichouse open-air town moving safe single large whole entire intensive high-dependency stroke-rehab step-down icu itu"
    " council sheltered terraced detached in-law's mum's mother's dad's parents' parents daughter's son's sister's friend's own empty family group step-up"
    " sunday-school nursery infant after-school special mainstream boarding law med medical nursing drama art dance driving summer night old-school home in-patient cath blood skills simulation youth social working men's book chess bowling golf tennis cricket rugby running cycling swimming walking gym fitness health breakfast lunch job fan strip boys girls"
    " contact call day-care shopping garden leisure sports arts heritage visitor conference detention rescue retail town city drop hospital polling distribution fulfilment testing birth stage wendy full-time green tree dolls' bird light play ware safe power"
)
_NOT_BEFORE_NAME = _words("with from saw seen see")
_CLINICAL_NOUNS = _words(
    "prosthesis prostheses implant thing stuff controversy debate idea test tests tests' sign signs disease syndrome palsy cyst fracture fractures exercise exercises stain score scores scale scales manoeuvre maneuver maneuvers manoeuvres contracture deformity tremor"
    " reflex criteria classification index questionnaire protocol method approach technique procedure operation repair osteotomy arthroplasty frame collar splint catheter tube line bandage position"
    " phenomenon chorea ataxia aphasia area nucleus node nodes lymphoma sarcoma carcinoma tumour tumor anaemia anemia thyroiditis arthritis neuroma hernia ulcer oesophagus esophagus gangrene law model"
    " theory stages stage ladder hierarchy cycle block roll device inventory assessment rating ratings grade rules rule nails spots pain tendon tendinitis tenosynovitis neuralgia swab"
    " paralysis lesion lesions curve angle ratio ligament glands canal duct fascia pouch triangle tubercle muscle osteodystrophy thoracotomy amputation hemiarthroplasty nail pin pins wire wires rod brace"
    " therapy counselling counseling interviewing concept principle principles style positive negative pos neg neg. pos. +ve -ve dementia dystrophy encephalopathy psychosis neuropathy like patient patients pt pts lewy"
    " breathing crisis attack nerve sensation lines bodies body pacing walk gait effect bias bowl orthosis stool chart release massage stretch stretches lift press curl curls squat squats push ups raise hop"
    " distraction mobilisation mobilisations mobs glide glides sling dressing solution lactate drain pump needle laxity view views agility sprain shear compression grind knuckle fingers finger toe toes knee neck elbow jaw thyroid"
    " symptoms meds medication medications society association uk team foundation charity support helpline review diagnosis dx specialist syndromes scan studies study"
)


# After any name at all these make an eponym: "Hoffa's disease", "the Zandbergen test".
_EPONYM_NOUNS = _words(
    "test tests sign signs disease syndrome palsy cyst fracture fractures score scale scales manoeuvre maneuver manoeuvres contracture deformity reflex criteria classification index questionnaire"
    " protocol technique procedure osteotomy arthroplasty splint catheter phenomenon chorea lymphoma sarcoma tumour tumor thyroiditis neuroma hernia lesion curve ligament orthosis boots brace nails nodes dystrophy encephalopathy"
    " neuropathy neuralgia inventory manouvre disorder anomaly malformation sock counterstrain collar brace splint boot bandage chart crutch crutches walker walkers table tube bar strap straps epilepsy block palsies tremor exercises round rounds set-up maneuvers"
)


def _unmark(tokens: list[Token], marks: dict[int, T], spans: list[tuple[int, int]]) -> None:
    """Take the marks off words within ``spans``."""
    inside = {position for start, end in spans for position in range(start, end)}
    for i in [i for i in marks if tokens[i].start in inside]:
        del marks[i]


class NameFinder:
    """Finds people, places and institutions with the help of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        listed = lexicon.given | lexicon.family
        self._resemblance = NameResemblance(
            [word for word in listed if len(word) > 3 and self._is_name(word)],
            [
                word
                for word, zipf in lexicon.zipf.items()
                if zipf >= 2.0 and len(word) > 3 and not lexicon.is_listed(word)
            ]
            + [word for word in lexicon.clinical if len(word) > 3],
        )
        self._place_resemblance = NameResemblance(
            [word for word in lexicon.places if len(word) > 3 and self._is_name(word)],
            [
                word
                for word, zipf in lexicon.zipf.items()
                if zipf >= 2.5 and len(word) > 3 and not lexicon.is_listed(word)
            ]
            + [word for word in lexicon.clinical if len(word) > 3],
        )

    # --- what a word is, on its own ---

    def is_innocent(self, word: str) -> bool:
        """Whether an ordinary reader of clinic notes would take the word for no name."""
        lex = self._lexicon
        if word in _FUNCTION or word in lex.clinical or word in lex.regions or word in lex.ordinary:
            return True
        return lex.zipf.get(word, 0.0) >= 3.0 and not lex.is_listed(word)

    def _is_name(self, word: str) -> bool:
        """On a list of people or places, and no ordinary, clinical or regional word."""
        lex = self._lexicon
        if (
            len(word) < 3
            or word in lex.ordinary
            or word in lex.clinical
            or word in lex.regions
            or word in _FUNCTION
        ):
            return False
        return lex.is_listed(word)

    def _is_unknown(self, word: str) -> bool:
        """Rare in English, on no list of the clinic: a name, or a word nobody listed."""
        lex = self._lexicon
        if (
            word in lex.clinical
            or word in lex.ordinary
            or word in lex.regions
            or word in lex.eponyms
            or word in _KINSHIP
        ):
            return False
        return lex.zipf.get(word, 0.0) < 3.0 and not _ORDINARY_ENDING.search(word)

    def _is_unheard(self, token: Token) -> bool:
        """A capitalised word that no list knows; endings of drugs and diagnoses excuse a bare one."""
        if self._is_unknown(token.base):
            return True
        lex = self._lexicon
        known = (
            token.base in lex.clinical
            or token.base in lex.ordinary
            or token.base in lex.regions
            or token.base in lex.eponyms
        )
        return (
            token.possessive
            and token.shape == "Upper"
            and not known
            and lex.zipf.get(token.base, 0.0) < 2.5
        )

    def _is_foreign(self, word: str) -> bool:
        """No word of English, nor one slip away from one: two in a row are a name."""
        lex = self._lexicon
        if len(word) < 3 or word in _FUNCTION or lex.zipf.get(word, 0.0) >= 2.0:
            return False
        return (self._is_unknown(word) or self._is_name(word)) and not self._is_typo(word)

    def _looks_like_name(self, word: str) -> bool:
        """In no dictionary, no slip of the pen, and spelt as names are."""
        return (
            len(word) > 4
            and self._lexicon.zipf.get(word, 0.0) < 2.2
            and self._is_unknown(word)
            and _CONSONANTS.search(word) is None
            and self._resemblance(word) > _NAME_LIKE
            and not self._is_typo(word)
        )

    def _is_typo(self, word: str) -> bool:
        """One slip away from a common word."""
        lex = self._lexicon
        if len(word) > _LONGEST_WORD:
            return False
        slips = {word + "g", word + "e"}
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            slips.add(head + tail[1:])
            if len(tail) > 1:
                slips.add(head + tail[1] + tail[0] + tail[2:])
            if len(word) > 3:
                slips.update(head + letter + tail for letter in "abcdefghijklmnopqrstuvwxyz")
                slips.update(
                    head + letter + tail[1:] for letter in "abcdefghijklmnopqrstuvwxyz" if tail
                )
        return any(
            len(slip) > 3
            and (
                slip in lex.clinical or (lex.zipf.get(slip, 0.0) >= 3.5 and not self._is_name(slip))
            )
            for slip in slips
            if slip != word
        )

    def _is_name_typo(self, word: str) -> bool:
        """Two letters swapped, or one doubled or dropped, in a well-known given name."""
        lex = self._lexicon
        if lex.zipf.get(word, 0.0) >= 1.8 or len(word) > _LONGEST_WORD:
            return False
        slips = set()
        for at in range(len(word)):
            head, tail = word[:at], word[at:]
            slips.add(head + tail[1:])
            slips.add(head + tail[:1] + tail)
            if len(tail) > 1:
                slips.add(head + tail[1] + tail[0] + tail[2:])
        return any(
            slip in lex.english_given and self._is_name(slip) and lex.zipf.get(slip, 0.0) >= 3.0
            for slip in slips
        ) and not self._is_typo(word)

    def _could_be_name(self, token: Token, shouting: bool) -> bool:
        """In a place where a name is expected: would this word do?"""
        word = token.base
        if word in _FUNCTION or word in self._lexicon.clinical:
            return False
        if self._is_name(word) or self._is_unknown(word):
            return True
        return token.shape == "Upper" and not shouting

    # --- the walk over the text ---

    def find(self, text: str, lower: str) -> Iterator[Span]:
        tokens = tokenise(text, lower)
        if not tokens:
            return
        idiomatic = [match.span() for match in _IDIOMS.finditer(lower)]
        capitals = sum(token.shape == "UPPER" for token in tokens)
        shouting = capitals > 0.6 * len(tokens)
        titled = sum(token.shape == "Upper" for token in tokens) > 0.6 * len(tokens)
        plain_case = shouting or titled
        marks: dict[int, T] = {}
        self._listed(text, tokens, marks, plain_case)
        _unmark(tokens, marks, idiomatic)
        self._framed(text, tokens, lower, marks, plain_case)
        self._slotted(text, tokens, marks, plain_case)
        self._places(text, tokens, marks, plain_case)
        self._facilities(text, tokens, marks, plain_case)
        self._extend(text, tokens, marks, plain_case)
        self._coordinate(text, tokens, marks)
        self._propagate(text, tokens, marks)
        _unmark(tokens, marks, idiomatic)
        yield from self._spans(tokens, marks, text)
        yield from _initials(text, tokens, marks, shouting, self._is_surname)

    def _is_eponym(self, text: str, tokens: list[Token], i: int) -> bool:
        """The name of a test, disease or scale and not of a person here."""
        token = tokens[i]
        lex = self._lexicon
        if _CITATION.match(text, token.end):
            return True
        if token.base in _PLACE_DEVICES:
            return i + 1 < len(tokens) and tokens[i + 1].lower in (
                "j",
                "collar",
                "brace",
                "chromosome",
            )
        if (
            token.base in _BRANDS
            and i
            and tokens[i - 1].lower in ("on", "taking", "stopped", "started", "prescribed", "tried")
        ):
            return True
        if any(
            tokens[j].base in lex.eponyms
            for j, k in ((i - 1, i), (i + 1, i + 1), (i - 2, i - 1), (i + 2, i + 2))
            if 0 <= j < len(tokens)
            and tokens[k].gap == "-"
            and tokens[max(i, min(i + 1, k))].gap == "-"
        ):
            return True
        if i and tokens[i - 1].base in _TITLES and tokens[i - 1].gap != "":
            return False
        after = i + 1
        while after < len(tokens) and tokens[after].gap == "-" and after - i < 3:
            after += 1
        following = [t.lower for t in tokens[after : after + 3]]
        if (
            following
            and following[0] in _SURE_EPONYM_NOUNS
            and not (token.initial and token.shape == "lower")
        ):
            return True
        if (
            after > i + 1
            and following
            and (following[0] in _ROMAN or following[0] in _EPONYM_NOUNS)
        ):
            return True
        if (
            i
            and token.gap == "-"
            and following
            and (following[0] in _ROMAN or following[0] in _EPONYM_NOUNS)
        ):
            return True
        if (
            token.base in lex.places
            and i
            and tokens[i - 1].lower in ("in", "from", "at", "near")
            and not (following and following[0] in _CLINICAL_NOUNS)
        ):
            return False
        if token.base in lex.eponyms and any(word in _CLINICAL_NOUNS for word in following):
            return True
        if (
            following
            and following[0] in _EPONYM_NOUNS
            and not (token.possessive and following[0] in _OWNED)
            and (token.possessive or token.shape != "lower" or token.base not in lex.english_given)
        ):
            return True
        if token.base in lex.eponyms:
            if i + 1 < len(tokens) and _RESULT.match(tokens[i + 1].gap + tokens[i + 1].lower):
                return True
            if token.base not in lex.given or token.possessive:
                return True
            return any(
                tokens[j].base in lex.eponyms
                and tokens[max(i, j)].gap in (" ", "-", "/")
                and lex.zipf.get(tokens[j].base, 0.0) < 4.8
                for j in (i - 1, i + 1)
                if 0 <= j < len(tokens)
            )
        return False

    def _is_tool(self, tokens: list[Token], i: int) -> bool:
        """Used, worn, watched or followed by the noun of a device: a product, not a person."""
        before = tokens[i - 1].lower if i else ""
        after = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        return not tokens[i].possessive and (
            (before in _TOOL_BEFORE and tokens[i].gap == " ")
            or (
                before in ("from", "with", "on", "to")
                and i > 1
                and tokens[i - 2].lower in _TOOL_VERBS
            )
            or (after in _DEVICES and tokens[i + 1].gap in (" ", "-"))
        )

    def _listed(
        self, text: str, tokens: list[Token], marks: dict[int, T], plain_case: bool
    ) -> None:
        lex = self._lexicon
        for i, token in enumerate(tokens):
            word = token.base
            middle = token.shape == "Upper" and not token.initial and not plain_case
            if not token.text.isascii() and not any("a" <= c.lower() <= "z" for c in token.text):
                if len(token.text) > 1 or not _is_symbol(token.text):
                    marks[i] = T.NAME
                continue
            if self._is_name(word) and word not in _KINSHIP:
                place_only = word not in lex.given and word not in lex.family
                at = i - 2 if i > 1 and tokens[i - 1].lower == "the" else i - 1
                if place_only and i and tokens[at].lower in ("used", "using", "scored", "use"):
                    continue  # "used the Edmonton": a scale
                if self._is_eponym(text, tokens, i) or not (
                    token.shape != "Upper" or _PLAIN_CAPITAL.fullmatch(token.text)
                ):
                    continue
                if (
                    len(word) <= 4
                    and token.shape != "Upper"
                    and not token.possessive
                    and word not in lex.english_given
                    and (len(word) == 3 or lex.zipf.get(word, 0.0) < 3.0)
                ):
                    continue  # too short to doubt in lower case: "goni", "bas"
                if token.shape == "UPPER" and not plain_case and len(word) <= 4:
                    continue  # an abbreviation
                person = word in lex.given or word in lex.family
                marks[i] = T.NAME if person else T.LOCATION
            elif (
                (
                    middle
                    and word in lex.clinical
                    and word in lex.english_given
                    and word not in _MONTHS
                    and word not in _DAYS
                    and token.possessive
                )
                or (
                    middle
                    and word in lex.word_names
                    and word not in _MONTHS
                    and word not in _TITLE_WORDS
                    and not (word in lex.regions and tokens[i - 1].lower in _PLACE_BEFORE)
                )
                or (
                    len(word) >= 6
                    and self._is_unknown(word)
                    and token.shape != "UPPER"
                    and self._is_name_typo(word)
                )
            ):
                marks[i] = T.NAME
            elif (
                (middle or (token.possessive and token.shape == "Upper" and not plain_case))
                and self._is_unheard(token)
                and len(word) > 2
                and _PLAIN_CAPITAL.fullmatch(token.text)
                and token.base + "'s" * token.possessive == token.lower.rstrip("'")
                and not self._is_eponym(text, tokens, i)
                and not (self._is_tool(tokens, i) and not lex.is_listed(word))
                and not (
                    tokens[i - 1].lower in ("a", "an")
                    and not lex.is_listed(word)
                    and not token.possessive
                    and (i + 1 == len(tokens) or tokens[i + 1].gap.strip())
                )
            ):
                following = tokens[i + 1] if i + 1 < len(tokens) else None
                if following is None or not _DOSE.match(following.gap):
                    marks[i] = T.NAME
            elif (
                token.initial
                and len(word) > 2
                and i + 1 < len(tokens)
                and token.shape != "UPPER"
                and self._is_unknown(word)
                and tokens[i + 1].gap == " "
                and (
                    tokens[i + 1].lower in _PERSONAL_VERBS
                    or (
                        lex.zipf.get(word, 0.0) < 1.6
                        and tokens[i + 1].lower
                        in ("is", "was", "has", "had", "did", "got", "still", "again", "today")
                    )
                )
                and not self._is_typo(word)
            ):
                marks[i] = T.NAME
            elif (
                i + 1 < len(tokens)
                and tokens[i + 1].gap in (" ", "-")
                and self._is_foreign(word)
                and self._is_foreign(tokens[i + 1].base)
                and token.shape == tokens[i + 1].shape
            ):
                marks[i] = marks[i + 1] = T.NAME
            elif (
                (
                    token.shape == "lower"
                    and not self._is_eponym(text, tokens, i)
                    and self._looks_like_name(word)
                )
                or (
                    token.initial
                    and token.shape == "Upper"
                    and not plain_case
                    and len(word) > 3
                    and self._is_unknown(word)
                    and lex.zipf.get(word, 0.0) < 2.8
                    and self._resemblance(word) > _NAME_LIKE_FIRST
                    and not self._is_typo(word)
                    and not self._is_eponym(text, tokens, i)
                    and _FOLLOWS_NAME.match(text, token.end)
                )
                or (
                    token.possessive
                    and i + 1 < len(tokens)
                    and tokens[i + 1].lower in _KIN
                    and (
                        (
                            word in lex.word_names
                            and (
                                word not in _TITLE_WORDS
                                or (
                                    word in ("may", "will", "art")
                                    and tokens[i + 1].lower in _NEAR_KIN
                                )
                            )
                        )
                        or (self._is_unknown(word) and not self._is_typo(word))
                    )
                )
                or (
                    token.possessive
                    and token.lower.endswith("'s")
                    and len(word) > 3
                    and token.shape == "lower"
                    and lex.zipf.get(word, 0.0) < 2.5
                    and self._is_unknown(word)
                    and not self._is_eponym(text, tokens, i)
                    and not self._is_typo(word)
                )
                or (
                    i
                    and i + 1 < len(tokens)
                    and tokens[i - 1].lower in _MEETING
                    and tokens[i + 1].lower in _AFTER_MEETING
                    and not (
                        tokens[i + 1].lower == "on"
                        and i + 2 < len(tokens)
                        and tokens[i + 2].lower in ("the", "his", "her", "my", "left", "right")
                        and word == "mark"
                    )
                    and len(word) > 2
                    and token.gap == " "
                    and tokens[i + 1].gap in (" ", ", ")
                    and (
                        (word in lex.word_names and word not in _NEVER_TALKED_TO)
                        or (
                            tokens[i - 1].lower in ("saw", "met", "seen", "seeing")
                            and self._is_unknown(word)
                            and not self._is_typo(word)
                        )
                    )
                )
            ):
                marks[i] = T.NAME
            elif (
                self._is_unknown(word)
                and len(word) > 3
                and token.shape == "lower"
                and i + 1 < len(tokens)
                and tokens[i + 1].gap == " "
                and tokens[i + 1].text in _LONE_LETTERS
                and not self._is_typo(word)
                and lex.zipf.get(word, 0.0) < 2.6
            ):
                marks[i] = marks[i + 1] = T.NAME
            elif (
                word in lex.word_names
                and i + 2 < len(tokens)
                and len(tokens[i + 1].base) == 1
                and tokens[i + 1].gap == " "
                and tokens[i + 2].gap[:1] == "."
                and word not in _MONTHS
                and word not in ("will", "major", "blue")
            ):
                marks[i] = T.NAME
            elif word in lex.word_names and i + 1 < len(tokens):
                following = tokens[i + 1]
                if (
                    word == "will"
                    and token.initial
                    and following.lower in _AFTER_WILL
                    and following.gap == " "
                ) or (
                    token.initial
                    and token.shape == "Upper"
                    and (following.lower in _NAME_VERBS or _THIRD_PERSON.search(following.lower))
                    and following.gap == " "
                    and word not in (_WEAK_SUBJECTS - _FIRM)
                    and (word not in _MONTHS or following.lower in _PERSONAL_VERBS)
                ):
                    marks[i] = T.NAME

    def _framed(
        self, text: str, tokens: list[Token], lower: str, marks: dict[int, T], plain_case: bool
    ) -> None:
        lex = self._lexicon
        at_start = {token.start: i for i, token in enumerate(tokens)}
        for i, token in enumerate(tokens[:-1]):
            following = tokens[i + 1]
            if following.gap.strip(" .,:-(\"'\n") or len(following.gap) > 4:
                continue
            tight = following.gap in (" ", ". ", ".", "\n")
            if token.lower in _TITLES and tight:
                self._name_after_title(tokens, i, marks)
            elif (
                token.lower in _SOFT_TITLES
                and tight
                and (following.gap != ". " or (token.text == "Ms" and following.shape == "Upper"))
            ):
                if self._could_be_name(following, plain_case) and not self._is_eponym(
                    text, tokens, i + 1
                ):
                    marks[i + 1] = T.NAME
                    marks[i] = T.NAME
                elif (
                    following.base in lex.word_names
                    and following.shape == "Upper"
                    and not plain_case
                ):
                    marks[i + 1] = T.NAME
                elif (
                    token.lower in _ELDERS
                    and following.gap == " "
                    and lex.is_listed(following.base)
                    and following.base not in _FUNCTION
                    and following.base not in _NAME_VERBS
                    and lex.zipf.get(following.base, 0.0) < 4.8
                ):
                    marks[i] = marks[i + 1] = T.NAME
            if token.lower in _ROLES and following.gap in (" ", " (", ", ", ": ", " - "):
                word = following.base
                after = tokens[i + 2].lower if i + 2 < len(tokens) else ""
                if (
                    word in lex.word_names
                    and (
                        (following.shape == "Upper" and not plain_case)
                        or (
                            after in _NAME_VERBS
                            and after not in ("is", "has")
                            and (word not in ("will", "may") or after in _AFTER_WILL)
                        )
                        or following.possessive
                    )
                ) or (
                    following.gap in (" ", " (")
                    and self._is_unknown(word)
                    and len(word) > 2
                    and not _ORDINARY_ENDING.search(word)
                    and following.shape != "UPPER"
                    and (
                        following.shape == "Upper"
                        or after in _NAME_VERBS
                        or (lex.zipf.get(word, 0.0) < 1.6 and not self._is_typo(word))
                    )
                ):
                    marks[i + 1] = T.NAME
        for match in _TALKING.finditer(lower):
            at = at_start.get(match.end())
            if at is not None and self._is_talked_to(tokens, at, match.group()):
                marks[at] = T.NAME
        for expression in (_NAMING, _ADDRESSING):
            for match in expression.finditer(lower):
                at = at_start.get(match.end())
                if at is not None and self._is_named(tokens[at], expression is _NAMING, plain_case):
                    marks[at] = T.NAME

    def _slotted(
        self, text: str, tokens: list[Token], marks: dict[int, T], plain_case: bool
    ) -> None:
        """Words that stand where only a name would, and are none we know to be something else."""
        for i, token in enumerate(tokens):
            if i in marks or not token.text.isascii():
                continue
            if token.shape == "UPPER" and not plain_case:
                continue  # an abbreviation
            if self._is_joined(token.base):
                marks[i] = T.NAME
            elif self._is_both(token.base):
                if (
                    speaks_as_person(tokens, i)
                    or self._is_kept_company(tokens, i)
                    or (
                        addressed(tokens, i)
                        and token.base in self._lexicon.word_names
                        and token.base not in _NEVER_TALKED_TO
                    )
                ):
                    marks[i] = T.NAME
            elif not self._is_eponym(text, tokens, i):
                pair = (
                    i + 1 < len(tokens)
                    and tokens[i + 1].gap == " "
                    and (marks.get(i + 1) is T.NAME or self._is_rare(tokens[i + 1].base))
                )
                if self._fits_person(token.base, person_slot(tokens, i, i)):
                    marks[i] = T.NAME
                elif (
                    pair
                    and not token.possessive
                    and self._fits_person(token.base, person_slot(tokens, i, i + 1))
                ):
                    marks[i] = marks[i + 1] = T.NAME
                elif self._is_rare_possessor(tokens, i) or self._is_kept_company(tokens, i):
                    marks[i] = T.NAME
                elif self._fits_place(token.base, place_slot(tokens, i)):
                    marks[i] = T.LOCATION

    def _is_both(self, word: str) -> bool:
        """A name of people that is an everyday word as well."""
        lex = self._lexicon
        if word == "will":
            return True
        if word in _FUNCTION or word in _NOT_SPEAKING or word in lex.regions or len(word) < 3:
            return False
        if word in lex.word_names:
            return True
        return (
            word in lex.ordinary
            and word in lex.given
            and lex.zipf.get(word, 0.0) < 4.9
            and not (
                word in lex.clinical or word in _ROLES or word in _SOFT_TITLES or word in _TITLES
            )
        )

    def _is_surname(self, word: str) -> bool:
        """After an initial and a full stop."""
        lex, low = self._lexicon, word.lower()
        if low in _USUAL_SURNAMES:
            return True
        if low in _FUNCTION or low in lex.clinical or low in _BODY or len(low) < 3:
            return False
        if word[0].isupper() and not word.isupper():
            return low in lex.family or low in lex.given or self._is_unknown(low)
        return (low in lex.family or low in lex.given) and (
            lex.zipf.get(low, 0.0) < 4.0 or low in _USUAL_SURNAMES or self._is_name(low)
        )

    def _is_rare(self, word: str) -> bool:
        return (
            self._is_doubtful(word)
            and self._lexicon.zipf.get(word, 0.0) < 2.9
            and not _ORDINARY_ENDING.search(word)
        )

    def _is_rare_possessor(self, tokens: list[Token], i: int) -> bool:
        """ "torquils brother": the apostrophe left out."""
        word = tokens[i].lower
        return (
            word.endswith("s")
            and word.isalpha()
            and len(word) > 4
            and i + 1 < len(tokens)
            and tokens[i + 1].gap == " "
            and tokens[i + 1].lower in _NEAR_KIN
            and (self._is_rare(word[:-1]) or self._is_name(word[:-1]))
            and self._lexicon.zipf.get(word, 0.0) < 3.0
            and not self._is_typo(word)
        )

    def _is_kept_company(self, tokens: list[Token], i: int) -> bool:
        """ "bronte's mum", "saw dev and his wife": kin speak for a person."""
        token, lex = tokens[i], self._lexicon
        after = [t.lower for t in tokens[i + 1 : i + 3]]
        zipf = lex.zipf.get(token.base, 0.0)
        if token.possessive:
            return (
                after[:1] != []
                and after[0] in _NEAREST
                and self._is_doubtful(token.base)
                and (zipf < 3.0 or (zipf < 3.9 and self._resemblance(token.base) > 0.0))
                and not self._is_typo(token.base)
            )
        return (
            len(after) == 2
            and token.base in lex.given
            and token.base not in _FUNCTION
            and token.base not in lex.regions
            and zipf < 4.5
            and after[0] in ("and", "&", "n")
            and after[1] in ("his", "her", "their", "mum", "dad")
            and person_slot(tokens, i, i) is Slot.SURE
        )

    def _is_doubtful(self, word: str) -> bool:
        """Neither a known word of the clinic nor too short or unspeakable to be a name."""
        lex = self._lexicon
        return not (
            len(word) < 3
            or word in _FUNCTION
            or word in lex.clinical
            or word in lex.ordinary
            or word in lex.regions
            or word in lex.eponyms
            or word in _KINSHIP
            or word in _ABBREVIATIONS
            or word in _ROLES
            or word in _SOFT_TITLES
            or _CONSONANTS.fullmatch(word)
        )

    def _fits_person(self, word: str, slot: Slot) -> bool:
        if slot is Slot.NONE:
            return False
        if word in _SHORT_NAMES:
            return slot is Slot.SURE
        if not self._is_doubtful(word):
            return False
        if self._is_name(word):
            return slot >= Slot.LIKELY
        zipf, alike = self._lexicon.zipf.get(word, 0.0), self._resemblance(word)
        ending = _ORDINARY_ENDING.search(word) is not None
        if slot is Slot.SURE:
            if zipf >= 3.0:
                return zipf < 3.8 and alike > 0.5
            if ending and (zipf >= 1.8 or alike < 0.0):
                return False
            return alike > 0.0 or not self._is_typo(word)
        if ending or zipf >= 2.9:
            return False
        if slot is Slot.LIKELY:
            return alike > 0.6 or (alike > -0.3 and not self._is_typo(word))
        return zipf < 2.4 and alike > 0.2 and not self._is_typo(word)

    def _fits_place(self, word: str, slot: Slot) -> bool:
        lex = self._lexicon
        if (
            slot is Slot.SURE
            and word in lex.places
            and word in lex.ordinary
            and word not in _NOT_DWELLING
            and word not in lex.clinical
        ):
            return 3.0 < lex.zipf.get(word, 0.0) < 4.2
        if slot is Slot.NONE or not self._is_doubtful(word) or len(word) < 4:
            return False
        plain = _ORDINARY_ENDING.search(word) and not _PLACE_ENDING.search(word)
        if plain and not (slot is Slot.SURE and self._lexicon.zipf.get(word, 0.0) < 2.0):
            return False
        zipf = lex.zipf.get(word, 0.0)
        if word in lex.places:
            return slot >= Slot.LIKELY or zipf < 3.5
        alike = max(self._resemblance(word), self._place_resemblance(word))
        if slot is Slot.SURE:
            return zipf < 3.0 and (alike > 0.5 or not self._is_typo(word))
        if slot is Slot.LIKELY:
            return zipf < 2.8 and alike > -0.1 and not self._is_typo(word)
        return zipf < 2.4 and alike > 0.3 and not self._is_typo(word)

    def _is_joined(self, word: str) -> bool:
        """Two words run together, one of them a well-known name: "sawmaria", "amiraahmed"."""
        lex = self._lexicon
        if not 6 < len(word) <= _LONGEST_WORD or lex.zipf.get(word, 0.0) >= 1.5:
            return False
        if word in lex.clinical or word in lex.ordinary or self._lexicon.is_listed(word):
            return False
        for at in range(2, len(word) - 2):
            head, tail = word[:at], word[at:]
            if (
                (head in _JOINED_BEFORE and len(tail) > 3 and self._is_usual_name(tail))
                or (tail in _JOINED_AFTER and at > 3 and self._is_usual_name(head))
                or (
                    at > 3
                    and len(tail) > 3
                    and self._is_usual_name(head)
                    and self._is_usual_name(tail)
                )
            ):
                return not self._is_typo(word)
        return False

    def _is_usual_name(self, word: str) -> bool:
        return (
            self._is_name(word)
            and self._lexicon.zipf.get(word, 0.0) >= 2.5
            and (word in self._lexicon.given or word in self._lexicon.family)
        )

    def _is_talked_to(self, tokens: list[Token], i: int, frame: str) -> bool:
        """After "spoke to" and the like."""
        token = tokens[i]
        word = token.base
        if word in self._lexicon.word_names and word not in _NEVER_TALKED_TO:
            after = tokens[i + 1] if i + 1 < len(tokens) else None
            return after is None or after.gap != " " or after.lower in _FUNCTION
        return (
            not frame.startswith(("w/", "as per", "per ", "via"))
            and len(word) > 3
            and token.shape != "UPPER"
            and self._lexicon.zipf.get(word, 0.0) < 2.3
            and self._is_unknown(word)
            and not self._is_typo(word)
        )

    def _is_named(self, token: Token, naming: bool, plain_case: bool) -> bool:
        """After "known as" (naming) or after a greeting."""
        word = token.base
        if word in self._lexicon.eponyms and not naming:
            return False
        capital = token.shape == "Upper" and not plain_case
        if self._is_name(word) or (capital and not self._is_common(word)):
            return True
        if word in self._lexicon.word_names:
            return (naming and word not in _FUNCTION) or token.shape == "Upper"
        if naming and word in self._lexicon.given and token.base not in _FUNCTION:
            return self._lexicon.zipf.get(word, 0.0) < 4.5
        return naming and word not in _FUNCTION and self._is_unknown(word)

    def _is_common(self, word: str) -> bool:
        lex = self._lexicon
        return (
            word in _FUNCTION
            or word in lex.clinical
            or (
                lex.zipf.get(word, 0.0) >= 4.0
                and word not in lex.word_names
                and not self._is_name(word)
            )
        )

    def _name_after_title(self, tokens: list[Token], i: int, marks: dict[int, T]) -> None:
        following = tokens[i + 1]
        if following.shape == "UPPER" and (
            following.lower in self._lexicon.clinical or following.lower in _ABBREVIATIONS
        ):
            return
        if following.lower in _FUNCTION and len(following.lower) > 1 and following.shape != "Upper":
            return
        if len(following.base) == 1:
            marks[i] = marks[i + 1] = T.NAME
            return
        common = self._lexicon.zipf.get(following.base, 0.0) >= 4.5 and not self._lexicon.is_listed(
            following.base
        )
        if common and following.shape == "lower":
            return
        if following.lower in _NAME_VERBS and following.shape == "lower":
            return
        marks[i] = T.NAME
        marks[i + 1] = T.NAME

    def _places(
        self, text: str, tokens: list[Token], marks: dict[int, T], plain_case: bool
    ) -> None:
        lex = self._lexicon
        for i, token in enumerate(tokens):
            for place in lex.long_places.get(token.base, ()):
                if i + len(place) > len(tokens):
                    continue
                members = tokens[i : i + len(place)]
                if any(member.base != word for member, word in zip(members, place, strict=True)):
                    continue
                if any(member.gap not in (" ", "-", "'", ". ") for member in members[1:]):
                    continue
                if all(word in lex.ordinary or self.is_innocent(word) for word in place):
                    capital = all(member.shape == "Upper" for member in members) and not plain_case
                    before = tokens[i - 1].lower if i else ""
                    if not capital and not (
                        before in _PLACE_BEFORE and min(lex.zipf.get(w, 0.0) for w in place) < 4.2
                    ):
                        continue
                if " ".join(place) in _LONG_REGIONS:
                    continue
                for j in range(i, i + len(place)):
                    marks[j] = T.LOCATION
                break
            if token.lower in _GEOGRAPHIC and i + 1 < len(tokens):
                of = (
                    tokens[i + 1].lower in ("of", "de")
                    and i + 2 < len(tokens)
                    and token.lower in ("isle", "bay", "mull", "vale", "forest", "firth")
                )
                at = i + 2 if of else i + 1
                following = tokens[at]
                if (
                    following.gap == " "
                    and (
                        self._is_name(following.base)
                        or following.base in lex.places
                        or self._is_unknown(following.base)
                        or (following.shape == "Upper" and token.shape == "Upper")
                    )
                    and following.base not in _FUNCTION
                    and following.base not in lex.clinical
                ):
                    marks[i] = marks[at] = T.LOCATION
            before = tokens[i - 1].lower if i else ""
            if (
                i > 1
                and i not in marks
                and before in ("in", "at", "from", "to", "near", "outside", "round", "around")
                and token.gap == " "
                and tokens[i - 2].lower in _DWELLING
                and not (before == "in" and tokens[i - 2].lower in ("came", "come", "comes"))
            ):
                word = token.base
                if (
                    word in lex.places
                    and word not in _NOT_DWELLING
                    and word not in _FUNCTION
                    and word not in lex.clinical
                    and word not in lex.regions
                    and lex.zipf.get(word, 0.0) < 5.2
                ) or (self._is_unknown(word) and len(word) > 3):
                    marks[i] = T.LOCATION
            if (
                i
                and i not in marks
                and tokens[i - 1].lower in (_PLACE_BEFORE | _PLACE_FIRST)
                and token.gap == " "
            ):
                word = token.base
                if self._is_unknown(word) and len(word) > 4 and (_PLACE_ENDING.search(word)):
                    marks[i] = T.LOCATION
                    if before in _PLACE_FIRST:
                        marks[i - 1] = T.LOCATION
                elif (
                    word in lex.places
                    and token.shape == "Upper"
                    and not plain_case
                    and not token.initial
                    and word not in lex.clinical
                    and word not in lex.regions
                    and word not in _MONTHS
                    and word not in _FUNCTION
                ):
                    marks[i] = T.LOCATION

    def _facilities(
        self, text: str, tokens: list[Token], marks: dict[int, T], plain_case: bool
    ) -> None:
        lex = self._lexicon
        for i, token in enumerate(tokens):
            if (
                token.lower in ("st", "saint", "ste", "mt", "mount")
                and i + 1 < len(tokens)
                and tokens[i + 1].gap in (" ", ". ")
            ):
                following = tokens[i + 1]
                sacred = (
                    lex.is_listed(following.base)
                    or (
                        i > 0
                        and tokens[i - 1].lower in _AT_PLACE
                        and lex.zipf.get(following.base, 0.0) < 4.5
                        and following.base not in lex.ordinary
                    )
                    or following.possessive
                    or following.shape == "Upper"
                )
                if (
                    sacred
                    and len(following.base) > 2
                    and following.base not in _FUNCTION
                    and following.lower not in lex.clinical
                ):
                    marks[i] = marks[i + 1] = T.FACILITY
            for name in lex.institutions.get(token.lower, lex.institutions.get(token.base, ())):
                members = tokens[i : i + len(name)]
                if len(members) == len(name) and all(
                    word in (member.lower, member.base)
                    for member, word in zip(members, name, strict=True)
                ):
                    after = tokens[i + len(name)] if i + len(name) < len(tokens) else None
                    rest = text[members[-1].end : members[-1].end + 2]
                    if not re.match(r" ?\d", rest) and not (
                        after and after.lower in _CLINICAL_NOUNS and after.gap == " "
                    ):
                        marks.update(dict.fromkeys(range(i, i + len(name)), T.FACILITY))
                    break
        for i, token in enumerate(tokens):
            if token.base in _FACILITY_NOUNS and i:
                first = self._facility_start(text, tokens, i, marks, plain_case)
                if (
                    first == i
                    and token.base in _HOSPITALS
                    and i + 1 < len(tokens)
                    and tokens[i + 1].gap in (" ", ", ")
                    and marks.get(i + 1) is T.LOCATION
                ):
                    first = i - 1 if tokens[i - 1].lower not in _FUNCTION else i
                    marks[i] = T.FACILITY
                if first < i:
                    marks.update(dict.fromkeys(range(first, i + 1), T.FACILITY))
        for i, token in enumerate(tokens[:-1]):
            if (
                token.lower in _FOREIGN_INSTITUTIONS
                and tokens[i + 1].gap in (" ", "-")
                and tokens[i + 1].base not in _FUNCTION - {"la", "le"}
            ):
                last = i + 1
                if (
                    i + 2 < len(tokens)
                    and tokens[i + 2].gap in (" ", "-")
                    and (
                        tokens[i + 1].lower in _PARTICLES
                        or tokens[i + 2].shape == "Upper"
                        or self._is_foreign(tokens[i + 2].base)
                    )
                ):
                    last = i + 2
                marks.update(dict.fromkeys(range(i, last + 1), T.FACILITY))
        if not plain_case:
            self._capital_places(text, tokens, marks)
            self._capital_runs(text, tokens, marks)
        self._streets(text, tokens, marks, plain_case)

    def _streets(
        self, text: str, tokens: list[Token], marks: dict[int, T], plain_case: bool
    ) -> None:
        """ "Cobbler's Row", "brimscombe st", "on maple avenue"."""
        for i, token in enumerate(tokens):
            if token.lower not in _STREETS or not i or token.gap != " ":
                continue
            before = tokens[i - 1]
            upper = (
                before.shape == "Upper"
                and token.shape == "Upper"
                and not plain_case
                and not (before.initial and before.lower in _NAME_VERBS)
            )
            word = before.base
            if word in _FUNCTION or word in self._lexicon.clinical or before.lower in _NOT_STREET:
                continue
            dwelling = i > 1 and tokens[i - 2].lower in (
                "lives",
                "live",
                "living",
                "lived",
                "stays",
                "address",
                "adress",
            )
            placed = i > 1 and tokens[i - 2].lower in (
                "on",
                "in",
                "at",
                "from",
                "off",
                "of",
                "near",
                "to",
                "address",
                "adress",
                "down",
                "up",
                "along",
            )
            if (
                upper
                or self._is_name(word)
                or (dwelling and self._lexicon.zipf.get(word, 0.0) < 4.5)
                or (
                    token.lower in _CLEAR_STREETS
                    and (
                        self._is_unknown(word)
                        or (placed and self._lexicon.zipf.get(word, 0.0) < 4.8)
                    )
                )
            ):
                marks[i] = T.LOCATION
                marks[i - 1] = T.LOCATION
                if (
                    i > 1
                    and before.gap == " "
                    and (
                        (
                            tokens[i - 2].shape == "Upper"
                            and not tokens[i - 2].initial
                            and not plain_case
                        )
                        or (
                            i > 2
                            and tokens[i - 2].gap == " "
                            and tokens[i - 3].lower in ("on", "in", "at", "from", "off", "near")
                            and tokens[i - 2].lower not in _FUNCTION
                            and tokens[i - 2].lower not in _NOT_STREET
                        )
                    )
                ):
                    marks[i - 2] = T.LOCATION

    def _facility_start(
        self, text: str, tokens: list[Token], i: int, marks: dict[int, T], plain_case: bool
    ) -> int:
        """Index of the first word of the institution whose noun is token i; i where it has no name."""
        lex = self._lexicon
        noun = tokens[i]
        noun_upper = noun.shape == "Upper" and not plain_case
        first = i
        for j in range(i - 1, max(-1, i - 7), -1):
            token = tokens[j]
            if tokens[j + 1].gap not in (" ", "-", " & ", "' ") and not (
                tokens[j + 1].gap == ". " and token.lower in _DOTTED_ABBREVIATIONS
            ):
                break
            word = token.base
            upper = token.shape == "Upper" and not plain_case and (noun_upper or not token.initial)
            if (
                token.lower in _FUNCTION
                and token.lower not in ("and", "of")
                and not (upper and token.lower in ("our", "my", "all"))
            ):
                break
            proper = (
                j in marks
                or (self._is_name(word) and not self._is_eponym(text, tokens, j))
                or (
                    noun.base in _HOSPITALS
                    and word in lex.regions
                    and not _PEOPLE_ENDING.search(word)
                    and word in lex.places
                )
            )
            if not proper and token.lower not in _DESCRIPTIVE and token.lower not in _FUNCTION:
                if upper and noun_upper:
                    proper = True
                elif token.shape == "UPPER" and not plain_case:
                    proper = noun_upper and word not in lex.clinical
                elif (
                    noun.base in _STRONG_FACILITY
                    and (word in lex.places or word in lex.word_names)
                    and word not in _NOT_FACILITY_NAME
                    and lex.zipf.get(word, 0.0) < 5.0
                ):
                    proper = not token.possessive
                elif (
                    noun.base != "clinic"
                    and len(word) > 3
                    and lex.zipf.get(word, 0.0) < (3.0 if noun.base in _STRONG_FACILITY else 2.7)
                    and self._is_doubtful(word)
                    and (_PLACE_ENDING.search(word) or not _ORDINARY_ENDING.search(word))
                    and (noun.base in _STRONG_FACILITY or not self._is_typo(word))
                ):
                    proper = not token.possessive and (token.shape != "UPPER" or plain_case)
            elif upper and noun_upper and noun.base in _HOSPITALS and token.lower not in _FUNCTION:
                proper = True
            if (
                not proper
                and noun.base in ("home", "homes")
                and tokens[j + 1].lower in ("care", "nursing", "residential", "retirement")
                and 0.0 < lex.zipf.get(word, 0.0) < 4.3
                and token.lower not in _DESCRIPTIVE
                and word not in lex.clinical
                and not _ORDINARY_ENDING.search(word)
                and not (j and tokens[j - 1].lower in ("a", "an"))
            ):
                proper = True
            if (
                not proper
                and noun.base in ("ward", "wing", "suite", "lodge")
                and word in lex.eponyms
                and not token.possessive
                and word not in _DESCRIPTIVE
            ):
                proper = True
            if proper:
                first = j
            elif token.lower not in _FACILITY_MIDDLE and token.lower not in _DESCRIPTIVE:
                break
        if first == i and noun.base in _CARE_PLACES:
            first = self._bare_facility(tokens, i)
        while (
            first < i
            and first
            and tokens[first - 1].lower in _FACILITY_LEADERS
            and tokens[first].gap == " "
        ):
            first -= 1
        return first

    def _bare_facility(self, tokens: list[Token], i: int) -> int:
        """ "at green valley clinic": a preposition without an article makes the phrase a name."""
        lex = self._lexicon
        for j in range(i - 1, max(-1, i - 5), -1):
            if tokens[j + 1].gap not in (" ", "-", ". "):
                return i
            word = tokens[j].lower
            if word in ("at", "from", "to", "via") and j < i - 1:
                middle = tokens[j + 1 : i]
                while len(middle) > 1 and middle[-1].lower in _BARE_TAILS:
                    middle = middle[:-1]
                named = [
                    t
                    for t in middle
                    if t.lower not in _DESCRIPTIVE
                    and t.lower not in lex.clinical
                    and t.lower not in lex.eponyms
                    and not _ORDINARY_ENDING.search(t.lower)
                    and lex.zipf.get(t.base, 0.0) >= 3.0
                ]
                whole = tokens[i].base in ("hospital", "infirmary") and all(
                    t.lower in _BARE_HOSPITALS for t in middle
                )
                return (
                    j + 1
                    if whole
                    or (named and tokens[i].base != "clinic" and len(named) == len(middle))
                    or (
                        named
                        and tokens[i].base == "clinic"
                        and any(
                            t.lower in _CLINIC_NAMES or lex.zipf.get(t.base, 0.0) < 3.6
                            for t in middle
                        )
                    )
                    else i
                )
            if word in _FUNCTION:
                return i
        return i

    def _capital_places(self, text: str, tokens: list[Token], marks: dict[int, T]) -> None:
        """Capitalised words after a preposition of place: "seen at Cedar Crest"."""
        lex = self._lexicon
        for i, token in enumerate(tokens[:-1]):
            if token.lower not in _AT_PLACE or token.shape == "UPPER":
                continue
            j = i + 1
            if tokens[j].lower in ("the", "our", "their", "his", "her"):
                j += 1
            last = j - 1
            while (
                last + 1 < len(tokens)
                and tokens[last + 1].shape in ("Upper", "UPPER")
                and tokens[last + 1].gap == " "
                and last - j < 4
            ):
                last += 1
            if last < j:
                continue
            run = tokens[j : last + 1]
            if any(
                t.shape == "Upper"
                and len(t.text) > 2
                and t.text[1:].islower()
                and self._may_be_place(t.base)
                for t in run
            ) and not self._is_eponym(text, tokens, j):
                for k in range(j, last + 1):
                    marks.setdefault(k, T.FACILITY)
            elif (
                len(run) == 1
                and run[0].shape == "UPPER"
                and len(run[0].text) > 2
                and i
                and tokens[i - 1].lower in _CARE_VERBS
                and token.lower in ("at", "from", "via")
            ):
                word = run[0].lower
                if word not in lex.clinical and word not in _ABBREVIATIONS:
                    marks.setdefault(j, T.FACILITY)

    def _capital_runs(self, text: str, tokens: list[Token], marks: dict[int, T]) -> None:
        """Two or more capitalised words inside a sentence, one of them a possible name: "Big Tam"."""
        lex = self._lexicon
        start = 0
        while start < len(tokens):
            end = start
            while (
                end < len(tokens)
                and tokens[end].shape == "Upper"
                and (end == start or tokens[end].gap in (" ", "-"))
            ):
                end += 1
            run = tokens[start:end]
            hard = start == 0 or _HARD_BREAK.search(tokens[start].gap) is not None
            while run and run[0].base in _FUNCTION | _NAME_VERBS:
                run, hard = run[1:], False
            eponym = any(
                t.base in lex.eponyms or t.base in _CLINICAL_NOUNS or t.base in _MONTHS for t in run
            )
            if (
                len(run) >= (3 if hard else 2)
                and not eponym
                and not any(self._is_eponym(text, tokens, j) for j in range(end - len(run), end))
            ):
                body = run[1:] if hard else run
                if any(
                    len(t.base) > 2
                    and t.base not in _FUNCTION
                    and t.base not in lex.regions
                    and t.base not in lex.clinical
                    and (lex.is_listed(t.base) or self._is_unknown(t.base))
                    for t in body
                ):
                    for j in range(end - len(run), end):
                        if tokens[j].base not in lex.clinical or tokens[j].base == "ortho":
                            marks.setdefault(j, T.NAME)
            start = max(end, start + 1)

    def _may_be_place(self, word: str) -> bool:
        lex = self._lexicon
        if (
            word in _FUNCTION
            or word in lex.clinical
            or word in lex.regions
            or word in _MONTHS
            or word in _DESCRIPTIVE
            or word in lex.eponyms
        ):
            return False
        return (
            word in lex.places or word in lex.family or word in lex.given or self._is_unknown(word)
        )

    def _extend(
        self, text: str, tokens: list[Token], marks: dict[int, T], plain_case: bool
    ) -> None:
        """Take in the rest of a name: surname, particle, initial, hyphenated half, compass word."""
        lex = self._lexicon
        for i in range(len(tokens)):
            if (
                marks.get(i) is T.NAME
                and i + 1 < len(tokens)
                and i + 1 not in marks
                and not tokens[i].possessive
            ):
                following = tokens[i + 1]
                word = following.base
                if following.gap not in (" ", "-", ". ", ".", "'", " '", ' "', "\n"):
                    continue
                if (
                    len(tokens[i].base) == 1
                    and following.gap in (". ", " ")
                    and len(word) > 1
                    and (following.shape == "Upper" or word in lex.family)
                    and word not in _FUNCTION
                    and word not in _NAME_VERBS
                ):
                    marks[i + 1] = T.NAME
                elif (
                    len(word) == 1
                    and following.gap in (" ", ". ", ".")
                    and (
                        following.shape == "Upper"
                        or word not in "ai"
                        or (i + 2 < len(tokens) and tokens[i + 2].gap[:1] in ".,")
                    )
                ):
                    marks[i + 1] = T.NAME
                    if (
                        i + 2 < len(tokens)
                        and i + 2 not in marks
                        and tokens[i + 2].gap == ". "
                        and tokens[i + 2].base not in _FUNCTION
                        and (
                            tokens[i + 2].base in lex.family
                            or (
                                tokens[i + 2].shape == "Upper"
                                and self._is_unknown(tokens[i + 2].base)
                            )
                        )
                    ):
                        marks[i + 2] = T.NAME
                elif word in _PARTICLES and i + 2 < len(tokens):
                    after = tokens[i + 2]
                    if (
                        after.gap in (" ", "-")
                        and (self._could_be_name(after, plain_case) or after.base in lex.family)
                        and after.base not in _FUNCTION
                    ):
                        marks[i + 1] = marks[i + 2] = T.NAME
                elif following.gap in (" ", "-", "'", "\n"):
                    if word in _FUNCTION or word in lex.clinical:
                        continue
                    if (
                        following.gap == "-"
                        or (following.shape == "Upper" and not plain_case and following.gap != "\n")
                        or (word in lex.family and word not in _NAME_VERBS)
                        or (self._is_unknown(word) and len(word) > 2 and following.shape != "UPPER")
                    ):
                        marks[i + 1] = T.NAME
        for i in range(len(tokens)):
            if (
                marks.get(i) is T.NAME
                and i
                and i - 1 not in marks
                and tokens[i].gap in (" ", "-", ". ", ".")
            ):
                before = tokens[i - 1]
                if (
                    (
                        tokens[i].gap == "-"
                        and before.base not in _FUNCTION
                        and before.base not in lex.clinical
                    )
                    or (
                        len(before.text) == 1
                        and (before.shape == "Upper" or tokens[i].gap in (". ", "."))
                        and before.lower not in "ai"
                        and not before.gap[-1:].isdigit()
                    )
                    or (
                        tokens[i].gap == " "
                        and before.lower in _SHORT_SURNAMES
                        and (before.initial or (i > 1 and tokens[i - 2].lower in _MEETING))
                        and tokens[i].shape == before.shape
                    )
                    or (
                        before.base in lex.word_names
                        and tokens[i].base in lex.family
                        and (
                            before.shape != "lower"
                            or (before.base not in _WEAK_SUBJECTS and before.base not in _FUNCTION)
                        )
                    )
                    or (
                        tokens[i].gap == " "
                        and (
                            before.lower in _TITLES
                            or (before.lower in _PARTICLES and before.shape == "Upper")
                            or before.lower in ("abu", "umm", "bint", "ibn", "wee")
                        )
                    )
                    or (
                        tokens[i].gap == " "
                        and (
                            before.lower in ("big", "wee", "little", "old", "young")
                            or (
                                before.lower
                                in _PLACE_FIRST | {"nether", "much", "over", "high", "low"}
                                and before.shape == "Upper"
                                and not before.initial
                            )
                        )
                    )
                ) or (
                    tokens[i].gap == " "
                    and before.shape == "Upper"
                    and tokens[i].shape == "Upper"
                    and not plain_case
                    and self._is_unheard(before)
                    and not self._is_typo(before.base)
                ):
                    marks[i - 1] = T.NAME
            if (
                marks.get(i) is T.LOCATION
                and i
                and i - 1 not in marks
                and tokens[i].gap in (" ", "-")
                and tokens[i - 1].lower in _PLACE_FIRST
            ):
                marks[i - 1] = T.LOCATION
            if (
                (
                    marks.get(i) in (T.LOCATION, T.FACILITY)
                    or (i in marks and tokens[i].base in lex.places)
                )
                and i + 1 < len(tokens)
                and tokens[i + 1].gap in (" ", "-")
                and tokens[i + 1].lower in _PLACE_LAST
            ):
                marks[i + 1] = T.LOCATION

        for i in range(len(tokens)):
            if i in marks or tokens[i].text.isascii() or tokens[i].lower in lex.clinical:
                continue
            if lex.zipf.get(tokens[i].base, 0.0) < 4.0 and any(
                marks.get(j) is T.NAME and tokens[max(i, j)].gap in (" ", "-")
                for j in (i - 1, i + 1, i - 2, i + 2)
                if 0 <= j < len(tokens)
            ):
                marks[i] = T.NAME

    def _coordinate(self, text: str, tokens: list[Token], marks: dict[int, T]) -> None:
        """A second name after "and": "spoke to Faith in OT and Rose on the desk"."""
        lex = self._lexicon
        for i, token in enumerate(tokens):
            if (
                i in marks
                or i < 2
                or tokens[i - 1].lower not in ("and", "&")
                or token.base not in lex.word_names
            ):
                continue
            near = any(marks.get(j) is T.NAME for j in range(max(0, i - 5), i - 1))
            if near and token.base not in _WEAK_SUBJECTS - {
                "rose",
                "grace",
                "hope",
                "mark",
                "faith",
                "joy",
            }:
                marks[i] = T.NAME

    def _propagate(self, text: str, tokens: list[Token], marks: dict[int, T]) -> None:
        """A name found once is found everywhere."""
        lex = self._lexicon
        found = {
            tokens[i].base
            for i, kind in marks.items()
            if kind is T.NAME
            and len(tokens[i].base) > 2
            and tokens[i].base not in _FUNCTION
            and tokens[i].base not in lex.clinical
            and tokens[i].base not in _TITLES
            and tokens[i].base not in _SOFT_TITLES
            and lex.zipf.get(tokens[i].base, 0.0) < 6.0
        }
        for i, token in enumerate(tokens):
            if i in marks:
                continue
            if (
                token.base in found
                and (token.base not in lex.ordinary or token.shape == "Upper")
                and not self._is_eponym(text, tokens, i)
            ) or (
                token.lower.endswith("s")
                and token.lower[:-1] in found
                and token.lower[:-1] not in lex.ordinary
                and token.lower not in lex.ordinary
            ):
                marks[i] = T.NAME

    def _spans(self, tokens: list[Token], marks: dict[int, T], text: str) -> Iterator[Span]:
        start = end = -1
        kind = T.NAME
        for i in sorted(marks):
            token = tokens[i]
            if (
                i
                and marks[i] in (T.FACILITY, T.LOCATION)
                and i - 1 not in marks
                and tokens[i - 1].lower == "the"
                and token.gap == " "
            ):
                yield tokens[i - 1].start, token.end, marks[i]
            whole = not token.lower.endswith("'s") or marks[i] is T.FACILITY
            stop = token.end if whole else token.start + len(token.base)
            between = (T.FACILITY, T.LOCATION)
            bridged = (
                kind in between
                and marks[i] in between
                and text[end : token.start] in (" in ", ", ", " of ", " at ", " the ", "'s ")
            )
            if start >= 0 and (
                bridged or (marks[i] is kind and _JOINTS.fullmatch(text, end, token.start))
            ):
                end = stop
                continue
            if start >= 0:
                yield start, end, kind
            start, end, kind = token.start, stop, marks[i]
        if start >= 0:
            yield start, end, kind


_TOOL_BEFORE = _words(
    "speaks speak speaking spoke used using uses use via tried trying trialled trialling downloaded wears wearing wore watches watching watched reads reading bought buys ordered plays playing drinks eats installed"
)
_TOOL_VERBS = _words(
    "printed taped strapped dressed logged signed switched tracked recorded ordered listened bought exercises worked progressed"
)
_DEVICES = _words(
    "cushion cushions mattress hoist model app apps wheelchair trainers shoes shoe insoles insole machine board plate glove gloves boots bandage dressing pump ventilator monitor watch"
    " cycle bike rollator walker frame hoist sling chair bed tape band bands ball splints socks stockings cream gel inhaler device implant prosthesis screws plate trainer headset"
    " thing stuff diet podcast channel website course workbook book training framework approach tool template method protocol exercises questionnaire scale score test fit class classes stedy"
)
_SHORT_SURNAMES = _words(
    "te ye li wu xu hu lu ma guo ng vo bo yu su du fu gu ho ko ku lo luo mo mu qi qu ro shi si tu xi xie xin yi yo yun zhu zi an ba bi da de di"
)
_OWNED = _words(
    "splint splints boots boot collar bandage chart crutch crutches walker table strap straps exercises sock brace bar tube set-up"
)
_NEAREST = _words(
    "mum mother mom dad father wife husband son daughter brother sister partner carer boyfriend girlfriend nan gran parents family"
)
_SHORT_NAMES = _words(
    "al bo cy di ed em flo jo ty vi mo lu li su ny bex dot gus kit lex max meg nia pip raf ray sal sid tam val viv wes zac zak zoe abi ada ali amy ann asa ava ben bob dan deb don eva eve fay gil guy hal ian ida ira ivy jan jay jed jen jez jim joe jon joy kat kay ken kev kim kyle lee len leo les liz lou lyn mae mia mik nat ned nic nik pam pat peg phil rob rod ron rory ross roy russ ruth sam seb shaz sian stan stu sue tess theo tia tim tom una vic wyn yan yas"
)
_NOT_SPEAKING = _words(
    "miles baby king queen prince princess duke god heaven guy pain body hand foot head heart back knee hip home work nature love life law chance time day night bank church clinic hall house school sister brother chief"
    " porter ward page press court case club team board staff police service man woman boy girl lady lord may can student nurse cook gardener"
)
_JOINED_BEFORE = _words(
    "saw met told asked rang with from for and mr mrs ms miss dr seen pt to by hi dear son wife husband daughter mum dad partner called named thanks sister brother"
)
_JOINED_AFTER = _words(
    "said was asked told today again came felt says and is has had rang cried wants"
)

_HOSPITALS = _words(
    "primary academy hospital hospitals hosp infirmary hospice center centre school university college"
)
_NOT_FACILITY_NAME = _words(
    "home house hall church school hospital clinic centre center village town city county university college street road park garden course board special mainstream boarding language art law bank care health social station post office shop market summer night day week best good high low big small little new old hot cold full long short early late happy kind nice fine safe common private public free paper food gas pool play music piano number list gate room bed floor bath key hold said cut"
)
_AT_PLACE = _words("at in from to near via outside around of")
_CARE_VERBS = _words(
    "seen treated admitted followed operated reviewed presented diagnosed transferred referred discharged attended done scanned born works worked care inpatient outpatient surgery up"
)
_PERSONAL_VERBS = _NAME_VERBS - _words(
    "is was has had did does doesn't didn't wasn't isn't won't can't cannot seemed looked seems looks got gets left needs needed works worked started stopped kept keeps gave gives held brought turned managed manages put took sent saw did"
)
_KIN = _words(
    "mum mother mom dad father wife husband son daughter brother sister partner carer boyfriend girlfriend nan gran granny family parents kids children baby house flat dog cat gp physio boss teacher mate friend words face eyes eye knee shoulder hip back pain ankle surgery op appointment session story voice file notes case"
)
_NEVER_TALKED_TO = _words(
    "will may young major comfort peace patience guy baby blue true happy rich lucky king queen star sky winter summer autumn norm hope progress promise justice job lane forest river judge april june august"
)
_MEETING = _words(
    "saw met seen seeing with see meeting phoned rang texted called visited reviewed treated treating to for asked told thanked"
)
_AFTER_WILL = _words(
    "will is was has had said says came cried asked wants wanted told felt thinks thought"
)
_AFTER_MEETING = _words(
    "today again yesterday this for and who about re last at on earlier post first who's whose tomorrow"
)
_STREETS = _words(
    "street st road rd avenue ave lane ln close drive crescent cres court gardens gdns grove terrace square mews row boulevard blvd parade highway hwy way place walk rise hill quay yard croft brae wynd gate estate"
)
_CLEAR_STREETS = _words(
    "street st road rd avenue ave crescent cres gdns terrace mews boulevard blvd wynd brae croft lane"
)
_NOT_STREET = _words(
    "high main the a this that same front back busy quiet whole street's our my her his their next side long short rocky bumpy wrong right off across cross one two three some any every no local dirt country main ring slip private middle memory fast slow bus cycle bike inside outside swimming home dark new old sesame coronation straight uphill downhill winding narrow sidewalk hard open"
)
_PLAIN_CAPITAL = re.compile(
    r"(?:Mc|Mac|O'|De|Di|La|Le|Van|Fitz|Al|El|D')?[^\W\d_][^\W\d_A-Z]*(?:'[^\W\d_]+)?"
)
_DOTTED_ABBREVIATIONS = _words("st ste mt ft dr med gen mem univ hosp comm rd ave")
_PEOPLE_ENDING = re.compile(r"(?:an|ish|ese|ic|i|ian|ch|k)$")
_THIRD_PERSON = re.compile(
    r"(?:tolerat|manag|fuss|sleep|eat|enjoy|settl|prefer|remain|continu|report|mobilis|mobiliz|transfer|walk|turn|roll|sit|stand|smil|return|progress|declin|wander|worri|laugh|shout|swear|grumbl|complain|apologis|apologiz|listen|answer|whisper|shrug|nod|blush|hobbl|limp|wheel)(?:s|es|ed|d)$"
)
_FIRM = _words("grace hope mark faith joy frank bill rose patience")
_NEAR_KIN = _words(
    "mum mother mom dad father wife husband son daughter brother sister partner carer boyfriend girlfriend nan gran family knee shoulder hip back"
)
_CITATION = re.compile(
    r"(?:,? et al\.?|,? (?:and|&) [A-Z]\w+,? \(?(?:19|20)\d\d|,? \(?(?:19|20)\d\d[a-z]?\))"
)
_BRANDS = _words(
    "yasmin lucette allegra ella eloine alli evra leona zoely clairette natalie celeste lyrica alexia femara angela marvelon"
)
_LONE_LETTERS = frozenset("bfghjkoz")
_ROMAN = _words("i ii iii iv v vi")
_CARE_PLACES = _words("hospital infirmary hospice clinic center centre ctr surgery")
_BARE_HOSPITALS = _words(
    "general memorial city county community central regional university district royal methodist baptist mercy municipal state veterans va national presbyterian"
)
_BARE_TAILS = _words(
    "medical health care healthcare children's childrens women's womens dental family community physiotherapy"
)
_CLINIC_NAMES = _words(
    "river green valley hope elm oak oaks cedar creek maple pine willow west east north south westside eastside northside southside riverside lakeside hillside seaside bayside parkside village road street st avenue coastal hill hills lake lakes park springs falls ridge heights meadow meadows grove garden gardens bridge mill church station sunrise sunset harbour harbor bay beach forest wood woods brook stone rock mount mountain view summit mercy grace trinity unity harmony liberty heritage main center"
)
_FACILITY_LEADERS = _words(
    "royal queen king prince princess st saint great new old mount our upper lower north south east west three two seven the_"
)
_ELDERS = _words("auntie aunt aunty uncle nana granny grandpa grandma gramps nanny")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{4}|^[bcdfghjklmnpqrstvwxz]{3}|^[^aeiouy]+$")
_LONGEST_WORD = 40
_NAME_LIKE = 0.4
_NAME_LIKE_FIRST = 0.1
_FOLLOWS_NAME = re.compile(r"(?:'s)? [a-z]|,? (?:\d{1,2}(?:,|yo|y|m|f| yr)|aged? )|,? (?:and|&) ")
_SURE_EPONYM_NOUNS = _words(
    "technique disease syndrome palsy sign score scale manoeuvre maneuver criteria classification phenomenon lymphoma"
)
_DAYS = _words("mon tue tues wed weds thu thur thurs fri sat sun")
_FOREIGN_INSTITUTIONS = _words(
    "hmp hmyoi ysgol ysbyty scoil coláiste colaiste sgoil ecole lycee escuela colegio krankenhaus klinikum spital ospedale szpital sairaala marae"
)
_PLACE_DEVICES = _words("miami philadelphia aspen")
_RESULT = re.compile(r" ?\+{1,2}ve|[ :=]{1,2}\d| ?-ve| ?(?:pos|neg)\b|(?:'s)? \d")
_KINSHIP = _words(
    "gaffer guv guvnor sarge skipper ref granda grandda nain taid nonna nonno abuela abuelo babcia dziadek dadi nani nanaji dada dadaji amma appa ammi abbu abba lola lolo tatay nanay oma opa yiayia pappou kuya ate didi bhai tita tito mamaw papaw meemaw pawpaw peepaw mawmaw bubbe zayde halmoni obaasan popo gong mor far mormor farmor beebee teta jiddo bibi babu"
)
_JOINTS = re.compile(r"(?:'s)?'? ?[ .'&\-]? ?\n?")
_IDIOMS = re.compile(
    r"\b(?:(?:take|takes|took|taking) the mick(?:ey)?|sara stedy|ted stockings?|teds|addenbrooke'?s(?= \d)|bit of an? [a-z]+|proper little [a-z]+|wii fit|gate control|a right [a-z]+|jack(?:ed|ing|s)? (?:up|of all|in the box|knif\w*|russell|it in|hammer)|(?:every|a|spend a|pretty|the) penny|penny (?:drop\w*|wise|finally)|pennies|tom,? dick,? (?:and|or|&|n)? ?harr(?:y|ies)|heath robinson|bob's your uncle|joe (?:bloggs|public|average|wicks)"
    r"|average joe|any tom,? dick (?:and|or) harry|jekyll and hyde|keep\w* up with the joneses|mickey mouse|father christmas|father time|mother (?:nature|teresa|hubbard)|peter pan|uncle sam|harry potter|james bond|sherlock holmes?|florence nightingale"
    r"|robin hood|humpty dumpty|jack and jill|superman|spider-?man|batman|hulk|barbie|shrek|elsa|peppa(?: pig)?|bluey|fireman sam|bob the builder|thomas the tank(?: engine)?|dora|paddington|winnie the pooh|buzz lightyear|darth vader|yoda|gandalf"
    r"|carol(?:s|ling| singing| service)|christmas carols?|sunny side|olive oil|rose (?:from|up|again|to|tinted|garden|bush|water|coloured)|roses|grace period|saving grace|coup de grace|fall from grace|amazing grace|bless (?:him|her|them|you)|god bless"
    r"|mark my words?|high water mark|stretch marks?|question mark|pat(?:ted|ting)? (?:on|dry|test|her|him|down)|bill (?:of|for|from|came|arrived)|frank (?:about|with|discussion|chat|conversation|haematuria|hematuria|blood|pus|psychosis|talk|and honest)"
    r"|art (?:therapy|class|group|teacher|room)|gene (?:test\w*|therapy|panel|mutation)|genes|jean(?:s)|dean of|max (?:dose|effort|assist|hr|heart|reps?|weight|flexion|score|pain|speed|of)|max\.? ?(?:\d|to|inspir\w*)|rob(?:s|bed|bing)? (?:him|her|them|me|us|peter)"
    r"|sue(?:d|s|ing)? (?:us|the|me|him|her|them|for|over|you)|to sue|dawn (?:of|on|chorus|phenomenon|raid)|at dawn|(?:before|after|from|crack of) dawn|dawned|eve of|(?:christmas|new year's?) eve|guy(?:s)? (?:who|with|in|at|was)|gay (?:man|couple|men|pub|bar|son|and)|ray of|x-?rays?"
    r"|miles (?:a|per|away|an|of|from|on|in|and|to|better|off)|\d miles?|ginger (?:tea|ale|biscuits?|hair|nuts?|beer)|daisy chain|lily of the valley|poppy (?:seeds?|day)|ivy league|holly wreath|hazel eyes|ruby wax|crystal (?:clear|meth|arthropathy|ball|arthritis|deposits?)|crystals"
    r"|jade (?:roller|plant)|jet(?: ?lag)|victor ludorum|charlie horse|johnny on the spot|nick of time|in good nick|sandy (?:beach|soil|colou?r)|norm(?:s| for| is|-ref\w*)|the norm|colin the caterpillar|percy pig|terry'?s chocolate|victoria sponge|eton mess|earl grey|granny smith|jaffa cakes?"
    r"|battenberg|bramley|king edward|maris piper|bloody mary|tom collins|shirley temple|arnold palmer|john (?:wayne|lewis)|marks (?:and|&) spencers?|debenhams|harley davidson|ford (?:focus|fiesta|transit)|mercedes|bakewell|sally army|lady luck|plain jane|nosy parker|smart alec|doubting thomas|good samaritan"
    r"|(?:frank )?sinatra|dolly parton|tom jones|cliff richard|elton john|shirley bassey|vera lynn|johnny cash|bob marley|david bowie|tina turner|whitney houston|stevie wonder|bruce springsteen|bob dylan|neil diamond|rod stewart|barry manilow|ed sheeran|lewis capaldi|michael jackson|george michael|freddie mercury|andy murray|serena williams|tiger woods|lionel messi|cristiano ronaldo|david beckham|harry kane|mo salah|mo farah|usain bolt|muhammad ali|martin luther king|king charles|queen elizabeth|princess diana|princess anne|donald trump|joe biden|barack obama|boris johnson|keir starmer|margaret thatcher|joanna lumley|judi dench|tom hanks|brad pitt|john travolta|patrick swayze|stephen fry|ant and dec|graham norton|miriam margolyes|mary berry|paul hollywood|gordon ramsay|jamie oliver|bear grylls|stephen king|agatha christie|jane austen|charles dickens|victor frankl|viktor frankl|gabor mate|kate winslet|harry styles|taylor swift|freddie mercury|elvis|beatles|abba|adele|beyonce|madonna|mozart|beethoven|chopin|bach|shakespeare|einstein|freud|jung|picasso|van gogh|monet|da vinci|buddha|jesus christ|(?:in|of|to|for|by) jesus|mary poppins|nelson mandela|gandhi|churchill|david attenborough|joe rogan|jordan peterson|brene brown|oprah"
    r"|st\.? john(?:'?s)? (?:ambulance|wort)|st\.? johns wort|john ambulance|macmillan|marie curie|sue ryder|mind charity|cruse|relate|samaritans|alcoholics anonymous|shelter charity|barnardos|mencap|dr google|doctor google|dr who|dr strange|dr martens|doc martens|mr bump|mr men|little miss|mr grumpy|mr motivator|mr tickle|mr happy|mrs tiggywinkle)\b"
)
_MONTHS = _words("may march april august june")
_TITLE_WORDS = _words(
    "baby king queen prince princess duke earl major christian angel star sky guy baby god may art will"
)
_WEAK_SUBJECTS = _words(
    "will may hope mark rose job young major king sky star blue river winter summer patience grace faith comfort peace baby guy joy angel luck happy true rich frank bill grant promise progress justice winner lane ward reed"
)
_PARTICLES = _words(
    "de da di del della van von der den ter la le el al bin binti te ibn abu ben bat mac mc o' st dos das do du san santa ap ab ni nic ua"
)
_PLACE_BEFORE = _words(
    "from in near to at around outside via lives living moved moving visiting visit towards leaving left"
)
_GEOGRAPHIC = _words(
    "isle loch lough glen strath county river mount port fort lake cape llyn inch camp burn vale firth"
)
_DWELLING = _words(
    "lives live lived living based born raised grew up moved moves moving relocated relocating resides residing resident house flat farm cottage bungalow shop stays staying stayed settled settling retired evacuated emigrated commutes commuting drove drives drive travels travelled travelling traveled comes came come hails originally back family"
)
_NOT_DWELLING = _words(
    "home house bed bath-room hospital fear pain hope hell clinic rural town city village square work school church college university court care ward theatre hall centre center front here there peace comfort denial limbo shock tears rest least most worst best first last that this these those poor big small old new hot cold high low long far near day night week end point time times place point rehab park field fields shop shops gym pool beach bay island islands country north south east west station port garage garden gardens kitchen stairs street road floor level side back left right top clear reading"
)
_PLACE_FIRST = _words(
    "north south east west upper lower great little new old port fort mount lake st saint san santa los las el la le"
)
_PLACE_LAST = _words(
    "ctr gen hosp ortho healthcare presbyterian methodist city downtown clinic office general health memorial med medical metro county heart institute centre center area islands island beach bay harbour harbor heights springs falls valley park hospital road street avenue lane close drive crescent terrace grove gardens square boulevard hill village estate bridge"
)
_PLACE_ENDING = re.compile(
    r"(?:ton|ham|ford|bury|borough|burgh|wick|worth|leigh|combe|ville|thorpe|stead|hurst|mouth|minster|chester|caster|field|wood|dale|gate|stow|haven|pool|bourne|burn|by|ley|sea|shire|well|kirk|glen|beck|thwaite|stone|bridge|head|downs|moor|mere|holme|ness|wold|staple|hithe|thorp|garth|fell|ithe|bally\w+|aber\w+|llan\w+|inver\w+|dun\w+)$"
)
_ORDINARY_ENDING = re.compile(
    r"(?:ing|ings|edly|ness|ment|ments|tion|tions|sion|sions|ity|ities|able|ible|ful|less|ology|ologist|ologists|itis|osis|oses|emia|aemia|ectomy|ectomies|oplasty|otomy|oscopy|ostomy|graphy|gram|grams|algia|pathy|plegia|paresis|phagia|phasia|tropic|genic|ically|ously|ically|tive|mab|nib|pril|sartan|olol|statin|azole|cillin|mycin|oxacin|cycline|prazole|azepam|zolam|idine|amide|azine|triptan|gliptin|gliflozin|glutide|parin|dronate|dronic|steride|setron|caine|ised|ized|ising|izing|isation|ization|like|wise|ably|ibly|ed|est|ies|lly|iest|iser|isers|izer|otic|etic|atic|ery|ers|eal|eous|ular|oid|oids)$"
)
_DOSE = re.compile(r"^\s?\d")
_LONG_REGIONS = frozenset(
    [
        "new york state",
        "new zealand",
        "south africa",
        "south korea",
        "north korea",
        "saudi arabia",
        "sri lanka",
        "hong kong",
        "costa rica",
        "puerto rico",
        "el salvador",
        "united states",
        "united kingdom",
        "northern ireland",
        "new jersey",
        "new mexico",
        "new hampshire",
        "north carolina",
        "south carolina",
        "north dakota",
        "south dakota",
        "west virginia",
        "rhode island",
        "new south wales",
        "south australia",
        "western australia",
        "northern territory",
        "british columbia",
        "nova scotia",
        "new brunswick",
        "prince edward island",
        "papua new guinea",
        "sierra leone",
        "burkina faso",
        "ivory coast",
        "cape verde",
        "dominican republic",
        "czech republic",
        "south sudan",
        "middle east",
        "far east",
        "south america",
        "north america",
        "latin america",
        "west indies",
        "west africa",
        "east africa",
    ]
)

_GREEK_SYMBOLS = frozenset("αβγδεζηθκλμνπρστφχψωΔΩΣΦΨΘΛΓΠµ°ºªℓ")


def _is_symbol(text: str) -> bool:
    return all(character in _GREEK_SYMBOLS for character in text)


_INITIAL_SURNAME = re.compile(
    r"(?<![A-Za-z0-9.'/])(?<!\d )(?:[A-Z]\. ?(?:[A-Z]\. ?)?(?P<surname>[A-Z](?:'[A-Z])?[a-zA-Z-]*[a-z])"
    r"|[a-z]\. ?(?P<lower>[a-z]{3,}))"
)
_SPECIES = _words(
    "coli diff difficile aureus pylori pneumoniae pyogenes jejuni burgdorferi albicans pertussis sonnei influenzae meningitidis falciparum vera hip knee"
)
_BODY = _words(
    "hip knee shoulder ankle foot hand wrist elbow arm leg eye ear thumb toe calf thigh neck side acl tkr thr"
)
_USUAL_SURNAMES = _words(
    "smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white roberts green hall wood jackson clarke clark harris lewis young king baker turner hill scott moore cooper ward"
    " morris martin allen price bell cook parker bennett shaw carter mason hunt palmer black gray grey west cole ford stone fox lane reed rice day page wells webb fisher hunter butler barber carpenter potter miller mills"
)
_DOTTED = re.compile(
    r"(?<![A-Za-z0-9.])(?:(?:[A-Z]\.){1,3}[A-Z]\.?|(?:[A-Z]\. ){1,2}[A-Z]\.)(?![A-Za-z0-9])"
)
_DOTTED_LOWER = re.compile(
    r"(?<![a-z.])(?:pt|patient|client|mr|mrs|ms|miss|dr|with|saw) (?P<name>(?:[a-z]\.){2,3}|[a-z]\.[a-z](?![a-z]))",
    re.I,
)
_DOTTED_ANYWHERE = re.compile(r"(?<![a-z0-9.])(?:[a-z]\.){2,3}(?![a-z0-9])")
_DOTTED_WORDS = _words(
    "i.e e.g a.m p.m u.s u.k u.s.a r.i.p p.e n.b p.o i.v p.r.n q.d b.d t.d.s q.d.s o.d i.m s.c p.s a.k.a d.n.a e.d g.p a.e o.t p.t r.o.m n.h.s d.o.b m.r.i c.t h.s b.p h.r e.t.a p.p w.r.t b.i.d t.i.d h.r n.a d.c f.u v.s u.e l.e m.s t.v i.q o.k r.n m.d ph.d b.a m.a m.r.n s.s.n l.l u.l e.r i.r a.d.l m.s.k"
)
_PATIENT_INITIALS = re.compile(
    r"\b(?:pt|patient|client|mr|mrs|miss|dr|initials?|initialled|colleague|sister) (?:is |are |was |of |: ?)?(?P<name>[A-Z]{2,3}|[A-Z] [A-Z])(?![\w/&-]|\.\d)",
    re.I,
)


def _initials(
    text: str,
    tokens: list[Token],
    marks: dict[int, T],
    shouting: bool,
    is_surname: Callable[[str], bool],
) -> Iterator[Span]:
    """Initials standing for a name: "J.S.", "pt MB"."""
    found: set[str] = set()
    for match in _INITIAL_SURNAME.finditer(text):
        surname = match["surname"] or match["lower"]
        if surname.lower() not in _SPECIES and is_surname(surname):
            yield match.start(), match.end(), T.NAME
    for match in _DOTTED.finditer(text):
        plain = match.group().lower().replace(" ", "").strip(".")
        if plain in _DOTTED_WORDS or len(plain) < 3:
            continue
        found.add(plain.replace(".", "").upper())
        yield match.start(), match.end(), T.NAME
    for match in _DOTTED_LOWER.finditer(text):
        if match["name"].lower().strip(".") not in _DOTTED_WORDS:
            yield match.start("name"), match.end("name"), T.NAME
    for match in _DOTTED_ANYWHERE.finditer(text):
        plain = match.group().strip(".")
        if plain not in _DOTTED_WORDS:
            found.add(plain.replace(".", ""))
            yield match.start(), match.end(), T.NAME
    if shouting:
        return
    for match in _PATIENT_INITIALS.finditer(text):
        name = match["name"]
        if name.isupper() and name.lower().replace(" ", "") not in _ABBREVIATIONS:
            found.add(name)
            yield match.start("name"), match.end("name"), T.NAME
    for token in tokens:
        if token.text in found:
            yield token.start, token.end, T.NAME


_ABBREVIATIONS = _words(
    "ot pt gp dr mi af hf ra oa ms pd ha cp sob doe lbp tkr thr acl mcl pcl lcl dvt pe tb uti hiv copd bmi bp hr rr iv im sc po pr od bd mri ct xr us uss ecg eeg emg er ed icu itu hdu ld asd adhd ocd bpd"
    " ptsd cbt act dbt gad mdd sci tbi cva tia mnd als gbs cp sle ibs ibd uc gi gu pv pvd cad chf ckd aki dm htn hx fx tx rx sx dx nhs mum dad son her him his she no ok am pm uk us usa eu fam ptx mdt cpn sw"
    " rn hca slt ent ad id iq dna dnr rom wb fwb nwb pwb slr uln ll ul rue lue rle lle nof im orif thr tha tka rtc mva rta mvc adl fim tug msk cns pns doms bed ward gp's dr's ta ga la all any you the and not but for who has had was did"
    " ai lp nd ng peg pps pic pcos pid pms pnd pod prn pta qol rsd crps rsi sah sdh si sij sle sls spd std sti svt tah tbc tee tens tfts tib tmj toc tpn tos tsh uri vas vbg vt vte wad wbc xs hep hpv hrt hsv ivf ivi jia kub lft ln lvf mca mau mc mg mrsa ndi"
)
