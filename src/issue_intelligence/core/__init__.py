"""What we decide: pure functions and frozen dataclasses; no input, output, clock or environment."""
