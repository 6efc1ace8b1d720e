"""Pages of identity: sign-in, the switch between tenants, one's own account."""
