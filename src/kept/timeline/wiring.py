"""What the timeline offers: nothing to hear below it; upper modules word their events in it."""
