"""Public doubles for the doors to the outside: what obeys, and what misbehaves on demand."""
