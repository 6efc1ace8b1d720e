"""A district's first steps, new versions of its pack, and the whole tenant as an open package."""
