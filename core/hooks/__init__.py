"""Hook specifications and the manager. Core's own features register through the same hooks as plugins."""
