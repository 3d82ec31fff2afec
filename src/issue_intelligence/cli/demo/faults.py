"""What can go wrong with the demo itself."""


class DemoError(Exception):
    """The demo cannot go on; the message is for the person at the terminal."""
