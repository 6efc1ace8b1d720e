"""Writes of the inspections. Each locks, decides, writes, and tells the audit log and the outbox."""
