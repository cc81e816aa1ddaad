"""From a published warehouse to a recap: facts, claims, charts, page and mail. Knows nothing of how the warehouse was built."""
