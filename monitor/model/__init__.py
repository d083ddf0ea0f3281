"""The nouns of the house: frozen values without clock, reading or writing. One file per subject."""
