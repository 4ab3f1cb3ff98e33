"""The safety gate: many ways of saying it, and the routine lines that are not it."""

import pytest

from reflections.feedback.safety import is_encounter, safety_gate
from reflections.model import Safety

DISTRESS = (
    "I don't want to be here any more.",
    "Honestly I can't keep doing this.",
    "Sat in the car after the shift and couldn't see the point of going home.",
    "Some nights I think they'd all be better off without me.",
    "I had two glasses of wine before the afternoon list, hands were steadier.",
    "been drinking before my shift again",
    "I keep thinking about driving into the barrier on the way home.",
    "Last patient done. I just want it all to stop, I want to die.",
    "I took the leftover morphine home with me.",
    "I have been cutting myself again after nights.",
    "wish I could go to sleep and not wake up tbh",
    "cant face going back in tomorrow, cant do another day",
    "I am thinking of ending it.",
    "I don't know how much longer I can keep this going.",
    "There is nothing left of me.",
    "I've started saving up my own tablets.",
    "If I stopped existing the ward would carry on the same.",
    "i feel hopeless, cant go on",
    "Can't sleep, dreading work, I go home and drink to switch off.",
    "I dread every shift and I haven't told anyone.",
    "I've been dreading going in for weeks.",
    "Most nights I have a bottle of wine to get to sleep.",
    "Since the complaint I've been drinking to cope.",
    "what's the point of me being a physio honestly",
    "What is the point of being a nurse if nobody gets better.",
    "He grabbed my bum during transfers, I laughed it off.",
    "She pinched my bottom and the bay laughed.",
    "He put his hand on my thigh again while I did his knee.",
    "The man in bay two groped me and I carried on.",
    "I sat in the car after and couldn't stop crying. Third time this week. I don't want to come "
    "in any more.",
    "I got home and I just could not stop sobbing.",
    "I don't want to go in ever again.",
    "Handed over. Sat in the car with the engine off until it was dark.",
    "Then I sat in the car park and couldn't move.",
)
SAFEGUARDING = (
    "She told me her husband hits her when he's been drinking.",
    "He said he'd be better off dead and has tablets saved up.",
    "Pt disclosed self-harm last night.",
    "Mum says her partner won't let her leave the house.",
    "Bruising on both inner arms, different ages, story changed twice.",
    "He is not eating, daughter takes his pension card, no food in the fridge.",
    "pt says he wants to end it all, has a plan",
    "She whispered 'not safe at home'.",
    "He took an overdose on Sunday, hasn't told anyone.",
    "Her stepdad touches her at night, she said.",
    "Said he'd walk into the sea one of these days.",
    "Concerned about neglect: left in a wet pad all day at the home.",
    "Client states suicidal thoughts most evenings.",
    "16yo, cuts on forearm, says she cut herself with a razor.",
    "She is scared of her son, he shoves her.",
    "Safeguarding referral made.",
    "he goes 'id be doing them a favour if i wasnt here'",
    "Told me he would sooner be dead than go into a home.",
    "She can't see the point of going on since he left.",
    "He has nothing left to live for, he said.",
    "what's the point of it all, she said, I'll never be right",
    "Seems to have given up on life since the fall.",
    "She says her uncle is sending her abroad for a forced marriage.",
    "She told me her carer shouts at her and leaves her in a wet pad.",
    "The night staff leave him lying in a soiled bed, he says.",
    "Said the carers swear at him.",
    "Mum sits in the same wet pad till teatime, daughter told me.",
    "Her son shouts at her and shoves past her.",
    "I feel like giving up some days, he said",
    "She feels like giving up.",
    "He wants to give up altogether since the fall.",
    "Most mornings she wants to give up.",
    "'He grabbed my bum', she said of her uncle.",
)
INCIDENT = (
    "Gave 10 mg instead of 1 mg of the morphine.",
    "I injected the wrong knee.",
    "Realised afterwards I gave the wrong patient the tablets.",
    "Near miss with the insulin today, caught by the pharmacist before it went up.",
    "Haven't filled in the incident form yet.",
    "I missed a fracture on his first film.",
    "He fell off the plinth while I was fetching the frame.",
    "Potassium of 6.6 from the morning was not acted on until the evening.",
    "Dose charted twice and given twice.",
    "Forgot to check the allergies; she had known penicillin allergy and I gave co-amoxiclav.",
    "The samples were swapped between two patients.",
    "I left the tourniquet on.",
    "drew up 50 units for 5 units",
    "drug error this am, pt ok, not reported yet",
)
ROUTINE = (
    "He doesn't see the point of the exercises any more.",
    "What's the point of the splint, she asked. I explained.",
    "Ran late all day and I was short with people. Not my best.",
    "I feel rubbish about today, I hardly listened to anyone.",
    "Knackered. Snapped at the student, said sorry after.",
    "She hit her target of 500 steps.",
    "I can't do another Thursday clinic this month, on leave.",
    "ROS: denies suicidal ideation, denies self-harm. Sertraline continued.",
    "No SI, no HI. Affect euthymic.",
    "Suicide risk assessed: none.",
    "No safeguarding concerns. Home with mum.",
    "Safeguarding training due Friday.",
    "Left visual neglect, crosses midline with cues.",
    "He'd kill for a bacon sandwich lol.",
    "She could have died laughing when the lift broke.",
    "Burn dressing changed, scald from kettle healing well.",
    "Sleeps badly. I told her I'd feel the same.",
    "He drinks 20 units a week, brief advice given.",
    "It hit me how tired she was.",
    "Drove home thinking about what she said.",
    "I got the tone wrong and said sorry.",
    "My mistake, I said, let me start again.",
    "Said she couldn't go on holiday with the brace on.",
    "Refractive error corrected, new lenses.",
    "Trial and error with the splint straps.",
    "Beta-blocker dose halved as agreed with GP.",
    "Knee gave way, fell at home last week, no injury.",
    "Exercise dose doubled to two sets.",
    "Asked about self-harm thoughts, none. Refill 2/12.",
    "I asked straight out about thoughts of ending things: no, and she looked surprised.",
    "PMH: overdose at nineteen, forty years back.",
    "She tends to neglect the left side of the plate.",
    "She said she'd sat in the car twenty minutes, rehearsing.",
    "He slapped the table for the third wish.",
    "Wrong-site scenario at the lunchtime sim.",
    "Anxious about the scan. Reassured.",
    "She was dreading the phone call, so we rang together.",
    "I was dreading the phone, then rang.",
    "He is dreading going back to work.",
    "Dreading the stairs at home. Practised six.",
    "Had a drink to swallow the tablet.",
    "I gave her a drink to wash the tablet down.",
    "I asked whether he drinks to cope. Two pints on Fridays.",
    "I talked about drinking to sleep and what it does to sleep.",
    "He grabbed my sleeve to steady himself.",
    "She squeezed my hand and thanked me.",
    "He touched my arm on the way out.",
    "Wet pad changed, skin intact.",
    "Carer left her in the chair with a drink.",
    "Her husband shouts because she won't wear the hearing aids.",
    "Thinking of giving up smoking.",
    "Feels like giving up the fags some days, patches discussed.",
    "She feels like giving up on the splint.",
    "He wants to give up golf.",
    "I sat in the car and wrote my notes.",
    "He sat in the car with the engine off till his wife came.",
    "She touched my bottom lip with the spatula to show me.",
    "I smacked my backside falling over on the ice.",
    "He tried to kiss me on the cheek to say thanks.",
    "I keep drinking coffee to cope with the early start.",
    "I dread every clinic with the new system.",
    "We sat in the garden and she told me about the dog.",
    "She couldn't stop crying, so I stayed.",
    "I told her mum and mum couldn't stop crying.",
    "He doesn't want to come in any more, phone calls suit him.",
    "I don't want to come in any more, she said, can you ring me?",
    "What's the point of physio, he asked.",
    "What's the point of seeing a physio, she said.",
)


@pytest.mark.parametrize("text", DISTRESS)
def test_the_writers_distress(text: str) -> None:
    assert safety_gate(text) is Safety.CLINICIAN_DISTRESS


@pytest.mark.parametrize("text", SAFEGUARDING)
def test_somebody_may_not_be_safe(text: str) -> None:
    assert safety_gate(text) is Safety.SAFEGUARDING


@pytest.mark.parametrize("text", INCIDENT)
def test_something_went_wrong(text: str) -> None:
    assert safety_gate(text) is Safety.PATIENT_SAFETY


@pytest.mark.parametrize(
    "text",
    [
        "Asked about thoughts of ending it: no, but he keeps his tablets counted.",
        "I asked about self-harm and she said none of my business.",
        "Asked about thoughts of ending it, no answer.",
        "She took an overdose at work last night.",
        "He asked for help: thinks of stepping off the platform.",
        "I asked about home. No answer, then: he hits me.",
        "He slapped the table and then her.",
        "She keeps thinking of stepping off the kerb.",
    ],
)
def test_what_only_begins_like_a_routine_line_does_not_pass(text: str) -> None:
    assert safety_gate(text) is not Safety.NONE


@pytest.mark.parametrize("text", ROUTINE)
def test_routine_lines_pass(text: str) -> None:
    assert safety_gate(text) is Safety.NONE


@pytest.mark.parametrize("shape", [str.upper, str.lower, lambda text: text.replace("'", "’")])
def test_case_and_apostrophes_do_not_matter(shape: type[str]) -> None:
    assert safety_gate(shape("I can't go on like this")) is Safety.CLINICIAN_DISTRESS


def test_it_is_found_in_a_long_note() -> None:
    padding = "Gait steady, stairs with one rail, exercises progressed. " * 40
    text = padding + "Then she said he hits her. " + padding
    assert safety_gate(text) is Safety.SAFEGUARDING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("Can anyone swap my Friday late? Printer is broken again.", False),
        ("Journal club: RCT of telerehab, slides on the drive.", False),
        ("She came about her knee and told me about the stairs.", True),
        ("Wk 6 ACL. Flex 120. Hop test 80%.", True),
        ("Thanks, that was really useful!", False),
        ("How do I get people to do their exercises?", False),
        ("Not much today, all quiet.", False),
        ("[NAME] was upset; I listened. Ring on [PHONE] or [EMAIL].", True),
        ("Thanked me, she did, and then she cried about her dog.", True),
        ("I feel flat. I rushed everyone and listened to nobody.", True),
    ],
)
def test_encounters_are_told_from_errands(text: str, expected: bool) -> None:
    assert is_encounter(text) is expected
