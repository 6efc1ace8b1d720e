"""What oversight writes: consents, the log of reads, the rollups."""
