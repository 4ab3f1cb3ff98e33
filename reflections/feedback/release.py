"""The model this code was released with; ``train`` prints the line to put here."""

MODEL_SHA256 = "4f9ce567b021cbfd48c530ada39990b043ee747ef1070f29225e783d719c1fd9"
