"""Issues as Markdown files in a folder, for those without GitHub and for reading by hand."""
