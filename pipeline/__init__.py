"""A pipeline for evidence syntheses: from bibliographic exports to a sourced write-up."""

__version__ = "0.2.0"
