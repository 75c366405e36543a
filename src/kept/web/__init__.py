"""The one place that names every module: settings, addresses, the home page."""
