"""Reports (报送): periodic filings along the chain, from the frozen expected set to the receipt."""
