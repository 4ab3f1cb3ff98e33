"""The model this code was released with; ``train`` prints the line to put here."""

TAGGER_SHA256 = "09b2306174ea5385ddb2d7caa57919c05418fed6c579b388980f6fdeeb2f8205"
