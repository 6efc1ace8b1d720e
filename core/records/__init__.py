"""Records (记录): meetings, trainings, drills, lessons and what else a school has done, each counted where it counts."""
