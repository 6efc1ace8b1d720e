"""Records: what was done, with its evidence. Obligations are counted from them and never ticked."""
