"""Keeping the district's directories, the files read into them, and its rules."""

from events.district.operations.directories import (
    add_entry,
    check_rows,
    drop_file,
    drop_files_of,
    keep_directory,
    keep_entry,
    keep_file,
    load_rows,
    mend_file,
    name_district,
)
from events.district.operations.rules import begin_rules, change_period, end_period, keep_rule, remove_period, set_from, set_rule

__all__ = [
    "add_entry",
    "begin_rules",
    "change_period",
    "check_rows",
    "drop_file",
    "drop_files_of",
    "end_period",
    "keep_directory",
    "keep_entry",
    "keep_file",
    "keep_rule",
    "load_rows",
    "mend_file",
    "name_district",
    "remove_period",
    "set_from",
    "set_rule",
]
