"""How the program runs, not what it does."""
