"""Télépermis: asking for a French driving licence online, from account to letterbox."""
