"""Writes of registers: entries, what rules find, what is told of their ends."""

from core.registers.services.entries import change_entry, create_entry, restore_entry, retire_entry

__all__ = ["change_entry", "create_entry", "restore_entry", "retire_entry"]
