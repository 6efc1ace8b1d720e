"""The inbox (站内信) and its daily digest by e-mail. Knows no feature: a notice is a title and a link."""
