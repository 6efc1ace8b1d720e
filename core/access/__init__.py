"""Who may do what, where: permissions declared beside the code that checks them, and coverage over org units."""
