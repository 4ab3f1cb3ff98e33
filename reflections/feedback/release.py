"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "4368a8c8356853855918d5947c8fa91cfad084210a48c4c65bfc6631f43f10dd"
