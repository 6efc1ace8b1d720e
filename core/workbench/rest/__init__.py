"""REST of the workbench: jobs and audit entries."""
