"""The front door: all that a plugin may import of core, in four modules (domain, web, jobs, hooks). Holds no logic."""
