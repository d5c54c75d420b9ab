"""Oscar's shipping application with this shop's two methods."""
