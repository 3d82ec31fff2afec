"""What the shell needs from outside: protocols only."""
