"""Two lists, accountability and assessment (两个清单、问责、考核), computed from facts."""
