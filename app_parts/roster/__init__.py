"""Districts and their snapshots: browse, compare, import, download, forget."""
