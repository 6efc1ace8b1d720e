"""阶段总结: what was done in a phase of a campaign, in figures from the records; problems and next steps are typed."""
