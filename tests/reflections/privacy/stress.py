"""A stress set: sentences of clinic notes, each with a hole, filled with names and places.

Sentences and fillings are each parted into a building half and a blind half by their sha256, so
that figures on the blind half say how the rules do on what they were not fitted to. A filling is
hidden from the lexicon before it is measured: it stands for the names that no list holds.
``python tests/reflections/privacy/stress.py`` writes the figures.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reflections.privacy.findings import IdentifierType as T
from reflections.privacy.lexicon import Lexicon, load_lexicon
from reflections.privacy.screen import Screen
from reflections.privacy.tagger import Describer, Tagger
from reflections.privacy.words import WordJudge


def _words(block: str) -> list[str]:
    return block.split()


# {} is a given name, or a given name and a family name.
NAME_FRAMES = """
{} was in tears by the end and i just kept talking
i told {} it would settle in six weeks, wish i hadn't
{} asked me straight if she would walk again
saw {} again today, knee no better
spent ages with {} on the stairs and forgot the goals
her husband {} answered every question for her
his daughter {} had written a list, i only got to two things on it
rang {} after clinic to say sorry
{} came in late and flustered and i didn't let it go
i never asked {} what she was afraid of
new pt today, {}, shoulder since the summer
{}'s mum was worried about school
{}'s knee gave way on the step and i was short about it
asked {} to rate the pain and then ignored the answer
long chat with {} about pacing
{} said the exercises were pointless and i got defensive
{} felt i was rushing and told me so
met {} and her sister in the waiting room
handed over to {} at lunch without saying he was low
{} and i agreed on one walk a day
the carer, {}, knew more than the chart did
when {} cried i looked at the screen
good session. {} laughed when we tried the ball
i owe {} an apology for the wait
gave {} the leaflet and no time to read it
today {} managed the step for the first time
sorry {}, should have listened better today
{} thinks it's bone on bone, i said no too quickly
had {} in for review, pain 6/10, sleep poor
{} looked away when i mentioned weight
my colleague {} thinks i'm too soft
{} wants to get back to the allotment
did the transfer with {} and nobody explained it to him
pt called {} did not want to be touched
forgot to phone {} back
{} hasn't been sleeping since the fall
{} prefers to stand, i kept offering the chair
left {} waiting half an hour
i think {} only agreed to please me
nurse {} said he was up all night
discussed with {} and his wife, both keen on surgery
{}: pain 7/10, worried about work, i moved on
not sure {} understood a word of it
i should have let {} finish
wee {} hid behind his mum
reviewed {} on the ward, drowsy
{} lives alone and is frightened of the stairs
listened to {} for once and it changed the plan
"""

PLACE_FRAMES = """
she lives in {} and the bus is twice a day
moved to {} after the divorce, knows nobody
he came all the way from {} for ten minutes with me
works at a farm near {} so can't rest it
originally from {}, misses the sea
drove in from {} in the snow
transferred from {} on friday with no notes
her sister in {} does the shopping
grew up in {} and talks of it often
he is going back to {} next month, so goals are short
lives out past {}, no signal
staying with family in {} until the cast is off
retired to {} for the quiet
fell at the market in {} and nobody helped
runs a cafe in {} and is on her feet all day
got the ferry from {} at six this morning
house in {} has three flights of stairs
took the train to {} and back with the brace on
was seen at {} first and told to rest
wants to walk round {} again with the dog
"""

FACILITY_FRAMES = """
she teaches at {} school and dreads going back
referred from {} surgery with no letter
he was on {} ward for a month
goes to {} church on sundays, that's the goal
in {} care home since the stroke
was in {} hospital when it happened
plays for {} rugby club
at {} hospice her mother was treated well
he cleans at {} primary and carries bins
student at {} college, can't sit through lectures
had her scan at {} infirmary
first seen at {} medical centre
prays at {} mosque, can't kneel now
plays bowls at {} club
works in {} library
moved from {} house to {} lodge
"""

CLEAN_FRAMES = """
she said the pain is like toothache in the hip and i wrote that down
positive hawkins kennedy and neer, told him plainly
slr to 40, slump positive, reassured her it would settle
used the biopsychosocial model badly, he felt blamed
will talk about pacing next week, hope is in short supply
may need a scan, told her so, she went quiet
mark on the shin healing, skin dry
grace and patience needed, i had neither today
he rose from the chair without hands, joy all round
bill for the taxi is a worry, asked about benefits
frank discussion about drinking, he thanked me
tried to pat her arm, she flinched, i apologised
on pregabalin and tramadol, drowsy, asked gp to look
thomas test tight bilaterally, explained as stiff hips
ober's test positive, itb sore, told to cut mileage
she runs in hokas and asked me about asics
wears an apple watch and worries at every number
listens to podcasts about pain and knew more than me
had watched youtube and tried the mckenzie thing
dupuytren's both hands, hides them at work
berg 42/56, tug 18 secs, scared of the corridor
he likes elvis so we put elvis on for the walking
she quoted oprah and we both laughed
brought a printout from the daily mail, i rolled my eyes
drives for uber, sits ten hours, never takes a break
works nights in asda stacking shelves
schober 3 cm, talked about as as if it were nothing
used maitland grade iii, didn't ask consent each time
kept saying um and er, lost the thread
bit her head off about missed appts, not proud
does tai chi and zumba, keen on aqua aerobics
toddler on her lap the whole time, mum exhausted
hobbling in with one crutch, proud of ditching the other
told him rest is rust, which i regret
he is polish and the interpreter didn't come
she came from syria in 2016 and won't talk about it
fell in the bath on tuesday, ashamed to say
used a swiss ball, a theraband and a pilates ring
sacroiliac belt tried, no help, laughed it off together
he said he's crumbling and i didn't ask where he got that word
ashworth 2 in the calf, stretch before splint, mum knew more than me
hba1c up again, told off by everyone, i added to it
babinski upgoing, did not know how to say that kindly
catastrophising ++ on pcs, wish i hadn't said the word
cbt workbook unread, she was honest about it
wheelchair cushion flat, carer blamed, i stayed quiet
uses a rollator and hates the word
kneeling at prayer is the goal, so we practised kneeling
trigger finger, splinted, guitarist, gutted
antalgic gait, trendelenburg left, explained with my hands
naffziger neg, did not explain why i pressed on her neck
"""

# Holes that a name does not fill: a frame must not take every rare word for one.
RARE_WORDS = _words("""
skint knackered chuffed gutted wonky gammy narky peaky scunnered crabbit mardy wobbly sozzled
frazzled clingy gobby nesh poorly woozy achey niggly twingey creaky clicky clunky crunchy
physio's fibro osteo arthroscopy debridement thoracotomy gabapentinoids cyclobenzaprine
methocarbamol levetiracetam plyometrics goniometer dynamometer posturography proprioceptive
slumped sobbing furious tearful mithered nowt summat owt hunky tetchy gloomy grumbly
""")

RARE_FRAMES = """
she was {} today and i let her be
he felt {} after the session
told me it was {} and i nodded
asked about {} and i had no answer
came in {} and left better
with {} in mind we stopped early
it looked {} on the way out
"""

PLACES_OF_OURS = _words("""
kirkcaldy pittenweem tobermory oughterard clonakilty machynlleth mevagissey cleckheaton
wivenhoe saffron-walden todmorden ystradgynlais fochabers aughnacloy portrush ballinasloe
truckee wenatchee sheboygan okeechobee tuscaloosa kamloops wagga toowoomba whanganui
""")

FACILITY_NAMES = _words("""
hollyfield fairmead brackenhurst st-aidan's linden larkrise oakfield thornbank queenswood
meadowbank birchgrove hawthorne ravenscroft kingsmead longacre westbrook ashgrove elmtree
holmewood castlegate priorsfield whinfell stonelea silverdale woodcote marlpit
""")


def half(text: str) -> int:
    """0 for the building half, 1 for the blind half."""
    return hashlib.sha256(text.encode()).digest()[0] % 2


def lines(block: str, part: int | None = None) -> list[str]:
    found = [line for line in block.strip().splitlines() if line]
    return found if part is None else [line for line in found if half(line) == part]


@dataclass(frozen=True)
class Note:
    text: str
    start: int
    end: int
    """The filling; ``start == end`` in a clean note."""
    kind: T


def _filled(frame: str, filling: str, kind: T) -> Note:
    start = frame.index("{}")
    return Note(frame.replace("{}", filling), start, start + len(filling), kind)


def notes(part: int, given: list[str], family: list[str], places: list[str]) -> Iterator[Note]:
    """Every frame of the half with fillings of the half; the same each time."""
    chance = random.Random(part)
    for frame in lines(NAME_FRAMES, part):
        for _ in range(4):
            name = chance.choice(given)
            yield _filled(frame, name, T.NAME)
        yield _filled(frame, f"{chance.choice(given)} {chance.choice(family)}", T.NAME)
    for frame in lines(PLACE_FRAMES, part):
        for _ in range(5):
            yield _filled(frame, chance.choice(places), T.LOCATION)
    for frame in lines(FACILITY_FRAMES, part):
        for name in (n for n in FACILITY_NAMES if half(n) == part):
            yield _filled(frame, name.replace("-", " "), T.FACILITY)


def clean(part: int) -> Iterator[str]:
    yield from lines(CLEAN_FRAMES, part)
    for frame in lines(RARE_FRAMES, part):
        for word in RARE_WORDS:
            yield frame.format(word)


def fillings(lexicon: Lexicon, part: int) -> tuple[list[str], list[str], list[str]]:
    """Given names, family names and places of a half, none of them an ordinary word."""

    def usable(words: frozenset[str]) -> list[str]:
        return sorted(
            word
            for word in words
            if len(word) > 3
            and half(word) == part
            and word not in lexicon.ordinary
            and word not in lexicon.clinical
            and word not in lexicon.regions
            and lexicon.zipf.get(word, 0.0) < 3.3
        )

    return usable(lexicon.given), usable(lexicon.family), usable(lexicon.places)


def without(lexicon: Lexicon, hidden: set[str]) -> Lexicon:
    return replace(
        lexicon,
        given=lexicon.given - hidden,
        english_given=lexicon.english_given - hidden,
        family=lexicon.family - hidden,
        places=lexicon.places - hidden,
    )


def screen_knowing(lexicon: Lexicon) -> Screen:
    """A screen that knows only the names and places of ``lexicon``."""
    judge = WordJudge(lexicon)
    return Screen(judge, Tagger(Describer(judge)))


def covered(screen: Screen, note: Note) -> bool:
    inside = {i for f in screen(note.text).findings for i in range(f.start, f.end)}
    return all(i in inside or not note.text[i].isalnum() for i in range(note.start, note.end))


def main() -> None:
    show = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    lexicon = load_lexicon()
    for part in (0, 1):
        chance = random.Random(7)
        pools = [chance.sample(pool, 300) for pool in fillings(lexicon, part)]
        hidden = {word for pool in pools for word in pool} - set(PLACES_OF_OURS)
        for label, screen in (
            ("hidden", screen_knowing(without(lexicon, hidden))),
            ("listed", screen_knowing(lexicon)),
        ):
            for case in ("lower", "title"):
                seen: Counter[str] = Counter()
                right: Counter[str] = Counter()
                missed: list[str] = []
                for note in notes(part, *pools):
                    if case == "title":
                        filling = note.text[note.start : note.end].title()
                        text = note.text[: note.start] + filling + note.text[note.end :]
                        note = replace(note, text=text[:1].upper() + text[1:])
                    seen[note.kind] += 1
                    if covered(screen, note):
                        right[note.kind] += 1
                    else:
                        missed.append(note.text)
                figures = "  ".join(f"{k} {right[k]}/{seen[k]}" for k in sorted(seen))
                print(f"half {part} {label} {case}: {figures}")
                if show and label == "hidden" and case == "lower":
                    for text in missed[:: max(1, len(missed) // show)]:
                        print("   MISSED", text)
        screen = screen_knowing(lexicon)
        flagged = [text for text in clean(part) if not screen(text).accepted]
        print(f"half {part} clean flagged: {len(flagged)}/{len(list(clean(part)))}")
        if show:
            for text in flagged:
                print("   FLAGGED", screen(text).redacted)


if __name__ == "__main__":
    main()
