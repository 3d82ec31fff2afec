"""What is wrong with a configuration."""


class SettingsError(ValueError):
    """The configuration cannot be used; the message names the key and the rule, one a line."""
