"""What the move that does not end well and its test call alike."""

KILLED = 9
LOST = "timeline_sight"
