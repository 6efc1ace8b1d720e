"""The two lists and accountability (两个清单、问责): what is wrong, what is set up against it, what a unit answers for."""
