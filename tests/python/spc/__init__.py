"""The SPC macros against textbooks, loops and published run lengths."""
