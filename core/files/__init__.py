"""Attachments: sniffed, hashed, stored outside the database, handed out only to who may see their subject."""
