"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "e6c10cadc3566e33c5dbf0852d862b5da3b0c8649750a5a8086a74744f59ed2d"
