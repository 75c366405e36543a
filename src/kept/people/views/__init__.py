"""Pages of people: units, persons, roles, policy, tokens, the installation, and small doors."""
