"""应知应会: the question bank, exams and their sittings, certificates of persons, what holding a post asks for."""
