"""What a district has switched on and how its pack is read: plugins, values with their provenance, the notice itself."""
