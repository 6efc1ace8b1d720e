"""检查: checklists, visits to schools, what they find. Knows no plugin and no district."""
