"""Stock Presidio on notes from standard input, run by ``privacy.py`` in an environment of its own.

One JSON line in ({"text"}), one out ({"spans", "ms"}); first a line with the start-up, last memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time


def main() -> None:
    began = time.perf_counter()
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    # A bare engine would fetch a model; the small one is what a package index holds.
    model = sys.argv[1]
    provider = NlpEngineProvider(
        nlp_configuration={
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": "en", "model_name": model}],
        }
    )
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    print(json.dumps({"start_up": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        text = json.loads(line)["text"]
        began = time.perf_counter()
        found = engine.analyze(text, language="en")
        spent = 1000 * (time.perf_counter() - began)
        print(json.dumps({"spans": [[r.start, r.end] for r in found], "ms": spent}), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"memory": peak}), flush=True)


if __name__ == "__main__":
    main()
