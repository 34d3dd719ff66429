"""Pages for browsers: a room, in which somebody plays the participant, and a dashboard of the sandbox."""
