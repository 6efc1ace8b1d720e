"""Writes of registers: entries, what rules find, what is told of their ends."""

from core.registers.services.entries import change_entry, create_entry, restore_entry, retire_entry
from core.registers.services.files import hang_files, take_file_off

__all__ = ["change_entry", "create_entry", "hang_files", "restore_entry", "retire_entry", "take_file_off"]
