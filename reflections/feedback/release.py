"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "6c8d235856a57ef7b8d01cc82a50fb70657e3da75168b9cfd1a92f87a829c7d6"
