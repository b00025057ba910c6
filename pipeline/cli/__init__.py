"""`review`: the command line. The only room that prints, asks and exits."""

from pipeline.cli.entry import main

__all__ = ["main"]
