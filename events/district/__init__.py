"""Directories and settings of the district, edited by its administrator."""
