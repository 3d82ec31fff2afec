"""The words of the product: see docs/glossary.md. Nothing here does anything."""
