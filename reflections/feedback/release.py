"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "7bd5c98105a1623b839e88726f1c49aa8b4401a899f29f733cfed44d8eecba8b"
