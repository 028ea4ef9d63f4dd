"""Who gets told: rules over events, messages, channels and the outbox between them."""
