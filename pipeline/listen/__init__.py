"""Speech spans, packed windows, words with times, utterances."""
