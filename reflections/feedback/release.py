"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "e50d2ee38f90039bfa5c39d05398d005d0bec17b14047dc0f510248c1a8509dc"
