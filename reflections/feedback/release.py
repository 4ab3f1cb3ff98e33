"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "3400475db6ec54d2492150d4edd0a2bcd1f3c3760b1ee9307d2611ae785cb67f"
