"""Official documents (公文): templates of the district, numbers, and the papers made from them."""
