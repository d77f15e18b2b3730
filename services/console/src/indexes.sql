-- What only reading needs. A build makes it when its rows are all there.
CREATE INDEX IF NOT EXISTS conversation_inbox ON conversation (shop, changed_at DESC);
CREATE INDEX IF NOT EXISTS message_of_conversation ON message (conversation, recorded_at);
-- The dictionary `russian` stems Russian words in Russian and Latin ones in English.
CREATE INDEX IF NOT EXISTS message_words ON message USING gin (to_tsvector('russian', text));
CREATE INDEX IF NOT EXISTS turn_of_conversation ON turn (conversation, routed_at);
CREATE INDEX IF NOT EXISTS answer_of_turn ON answer (turn, ask);
CREATE INDEX IF NOT EXISTS reply_of_conversation ON reply (conversation, composed_at);
CREATE INDEX IF NOT EXISTS reply_words ON reply USING gin (to_tsvector('russian', text));
CREATE INDEX IF NOT EXISTS message_newest ON message (shop, recorded_at DESC);
CREATE INDEX IF NOT EXISTS reply_newest ON reply (shop, composed_at DESC);
CREATE INDEX IF NOT EXISTS handover_newest ON handover (shop, asked_at DESC);
CREATE INDEX IF NOT EXISTS quarter_at ON quarter (shop, at);
CREATE INDEX IF NOT EXISTS event_of_conversation ON event (conversation, seq);
