"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "1cbcc95c6f1b83d2c32050d6da56effb21c15037dc99a1e3d194f8912ef81454"
