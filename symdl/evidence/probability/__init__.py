"""Claims about random variables: moments, entropies, probabilities of events, named laws."""
