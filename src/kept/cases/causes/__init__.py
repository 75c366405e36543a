"""Who caused a complaint: beside its case, in a list, and in the appraisal of a month (S0.44)."""
