"""How fast the product is as served, each path against a reference measured in the same run."""
