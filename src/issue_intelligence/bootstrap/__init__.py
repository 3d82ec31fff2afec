"""The only package that picks adapters: settings in, a service out."""
