"""The only doors to the outside: files, processes, clock, terminal. Every stage reaches the world through them."""
