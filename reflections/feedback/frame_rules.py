"""Rules that hold whatever the model says: what was not done, and who did not do it."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from reflections.feedback.features import Frame

_CREDIT = re.compile(r"resp_empathic|resp_thin|P\d|E\d|part_generic|exp_generic|repair")
_ANSWER = re.compile(r"resp_empathic|resp_thin|repair")
_UNDONE = re.compile(
    r"\b(?:should|shouldve|could|couldve|might|would|wouldve|ought to) (?:\w+ )?have\b"
    r"|\b(?:should|could|would)(?:ve| of)\b|\bwish i(?:d| had)?\b|\bif only\b"
    r"|\b(?:i|we|nobody|no one) (?:never|didnt|did not|forgot|forget|failed|havent|hadnt)\b"
    r"|\b(?:didnt|did not|never|forgot to|failed to|meant to|not) "
    r"(?:ask|asked|explore|explored|address|addressed|discuss|discussed|mention|mentioned|offer"
    r"|offered|check|checked|get to|got to|get round|got round|pick up|give|go into)\b"
    r"|\bwas going to\b|\bnext time i\b|\bi never\b|\bwe never (?:did|got)\b|\bbut we never\b"
)
_PATIENT_LEADS = re.compile(
    r"^(?:(?:and|but|then|so|when|as|he|she) )?(?:he|she|they|pt|patient|mum|dad|his|her) "
    r"(?:\w+ )?(?:said|says|told|goes|asked|asks|wrote|felt|feels|was|is|had|has|looked|cried)\b"
)
_COLLEAGUE_LEADS = re.compile(
    r"^(?:(?:and|but|then|so) )?(?:the )?"
    r"(?:consultant|social worker|registrar|surgeon|ward doctor) "
    r"(?:told|said|moved|explained|decided|wanted|put|gave|went)\b"
)
_WRITER_SPEAKS = re.compile(r"\b(?:i|me|my|we|us|our|im|id|ive)\b")
_UNLIKELY = 0.1


def temper(
    made: list[Frame], probabilities: NDArray[np.float32], codes: tuple[str, ...]
) -> NDArray[np.float32]:
    """Probabilities with what the note says was not done, or was said by the patient, set low.

    "I could have asked" is no asking; an answer to a feeling does not come from "she said".
    """
    credit = np.array([_CREDIT.fullmatch(code) is not None for code in codes])
    answer = np.array([_ANSWER.fullmatch(code) is not None for code in codes])
    tempered = probabilities.copy()
    for row, frame in enumerate(made):
        words = " ".join(frame.words)
        if not frame.quoted and _UNDONE.search(words):
            tempered[row, credit] *= _UNLIKELY
        if _PATIENT_LEADS.search(words) and not _WRITER_SPEAKS.search(words):
            tempered[row, answer] *= _UNLIKELY
        if _COLLEAGUE_LEADS.search(words) and not _WRITER_SPEAKS.search(words):
            tempered[row, credit] *= _UNLIKELY
    return tempered
