"""What leaders see: rollups, dashboards, and the consent by which a district lets a bureau look. Moves no hazard."""
