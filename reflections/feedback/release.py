"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "af429cf6f47f830780317a85ce9d7a9a650d2944bfdf260c7d575b68dd365751"
