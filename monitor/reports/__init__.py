"""Findings on their way to a person or a program: one module per format."""
