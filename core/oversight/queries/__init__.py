"""What oversight reads: consents, the district's own figures, the rollups of consenting districts."""
