-- Read models, version 1. Everything here can be built anew from the log: `torg rebuild`.
-- Every table has the shop in its key or beside it, and says where in the log each row comes from.

CREATE TABLE IF NOT EXISTS shop (
    shop text PRIMARY KEY,
    name text NOT NULL,
    settings jsonb NOT NULL,
    configured_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS sheet (
    shop text NOT NULL,
    tab text NOT NULL,
    revision text NOT NULL,
    rows int NOT NULL,
    problems jsonb NOT NULL,
    refused text,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (shop, tab)
);

CREATE TABLE IF NOT EXISTS product (
    shop text NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    quantity jsonb NOT NULL,
    price bigint NOT NULL,
    category text,
    listing text,
    revision text NOT NULL,
    row_number int NOT NULL,
    shown boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (shop, sku)
);

CREATE TABLE IF NOT EXISTS conversation (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    channel text NOT NULL,
    account text NOT NULL,
    chat text NOT NULL,
    buyer_name text,
    listing text,
    owner text NOT NULL,
    handoff text,
    language text,
    messages int NOT NULL,
    replies int NOT NULL,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS conversation_inbox ON conversation (shop, changed_at DESC);

CREATE TABLE IF NOT EXISTS message (
    event_id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid NOT NULL,
    author text NOT NULL,
    provider_id text NOT NULL,
    text text NOT NULL,
    deleted boolean NOT NULL,
    sent_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS message_of_conversation ON message (conversation, recorded_at);
CREATE INDEX IF NOT EXISTS message_by_provider ON message (conversation, provider_id);
-- The dictionary `russian` stems Russian words in Russian and Latin ones in English.
CREATE INDEX IF NOT EXISTS message_words ON message USING gin (to_tsvector('russian', text));

CREATE TABLE IF NOT EXISTS turn (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid NOT NULL,
    messages jsonb NOT NULL,
    asks jsonb NOT NULL,
    language text NOT NULL,
    threshold double precision NOT NULL,
    model text NOT NULL,
    bank text NOT NULL,
    outcome text NOT NULL,
    detail text,
    routed_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS turn_of_conversation ON turn (conversation, routed_at);

CREATE TABLE IF NOT EXISTS answer (
    event_id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid NOT NULL,
    turn uuid NOT NULL,
    ask int NOT NULL,
    text text,
    missing text,
    facts jsonb NOT NULL,
    answered_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS answer_of_turn ON answer (turn, ask);

CREATE TABLE IF NOT EXISTS reply (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid NOT NULL,
    turn uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    facts jsonb NOT NULL,
    state text NOT NULL,
    attempts int NOT NULL,
    provider_ids jsonb NOT NULL,
    composed_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS reply_of_turn ON reply (turn);
CREATE INDEX IF NOT EXISTS reply_of_conversation ON reply (conversation, composed_at);
CREATE INDEX IF NOT EXISTS reply_words ON reply USING gin (to_tsvector('russian', text));

-- Where each event of a conversation stands, so that a message can be found by any id that was handed out.
CREATE TABLE IF NOT EXISTS event (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid,
    shard int NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL
);

-- Commits that this build could not read. The rows above lack them; empty is how it should be.
CREATE TABLE IF NOT EXISTS unreadable (
    shard int NOT NULL,
    seq bigint NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (shard, seq)
);
