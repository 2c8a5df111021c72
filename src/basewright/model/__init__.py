"""The nouns: frozen values that every stage reads and makes. This package knows nothing else but the errors."""
