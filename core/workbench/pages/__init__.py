"""Pages of the workbench: the desk, long work, the audit log."""
