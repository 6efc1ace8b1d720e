"""What the workbench reads beside what features answer by hook: jobs and the state of the audit chain."""
