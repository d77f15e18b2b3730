-- Read models, version 2. Everything here can be built anew from the log: `torg rebuild`.
-- Each build is a schema of its own. Every table has the shop in a column of that name: row-level security goes by it.

CREATE TABLE shop (
    shop text PRIMARY KEY,
    name text NOT NULL,
    settings jsonb NOT NULL,
    configured_at timestamptz NOT NULL
);

CREATE TABLE sheet (
    shop text NOT NULL,
    tab text NOT NULL,
    revision text NOT NULL,
    rows int NOT NULL,
    problems jsonb NOT NULL,
    refused text,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (shop, tab)
);

CREATE TABLE product (
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

-- What the sheet said of an article, each time that it said something new: one row a change, oldest revision 1.
CREATE TABLE product_revision (
    shop text NOT NULL,
    sku text NOT NULL,
    number int NOT NULL,
    name text NOT NULL,
    quantity jsonb,
    price bigint,
    revision text NOT NULL,
    row_number int,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (shop, sku, number)
);

CREATE TABLE conversation (
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

CREATE TABLE message (
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

CREATE TABLE turn (
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

CREATE TABLE answer (
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

CREATE TABLE reply (
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

-- Each time that the bot stopped for a person. `ended` and `settled_at` are empty while it is open; `taken_by` is the
-- seller who came for it, `settled_by` the one who ended it, where a person did and it is known who.
CREATE TABLE handover (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid NOT NULL,
    turn uuid,
    reason text NOT NULL,
    detail text NOT NULL,
    asked_at timestamptz NOT NULL,
    taken_by jsonb,
    taken_at timestamptz,
    ended text,
    settled_by jsonb,
    settled_at timestamptz,
    needed boolean,
    label text
);

-- What an order comes to, for the daily figures; the cart service has the orders themselves. `accepted` is the total that is
-- counted as revenue, `before` the one that a seller's change gives way to if it cannot be had.
CREATE TABLE order_total (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid NOT NULL,
    total bigint NOT NULL,
    before bigint,
    accepted bigint,
    paid boolean NOT NULL
);

-- Figures in quarters of an hour, which begin at the same moment in every time zone of the Earth. They only add up, so
-- each shard has rows of its own and none waits for another. `daily` adds them up by the shop's own days.
CREATE TABLE quarter (
    shop text NOT NULL,
    shard int NOT NULL,
    at timestamptz NOT NULL,
    figure text NOT NULL,
    detail text NOT NULL,
    value bigint NOT NULL,
    PRIMARY KEY (shop, shard, at, figure, detail)
);

-- `figure`: messages, turns, replies, seller_replies, handovers (`detail`: the reason), conversations, orders (accepted
-- ones), revenue (their totals in kopecks; a changed order adds the difference when it is accepted again), paid_orders,
-- paid (kopecks).
CREATE VIEW daily WITH (security_invoker = true) AS
    SELECT q.shop, (q.at AT TIME ZONE coalesce(s.settings->>'timezone', 'UTC'))::date AS day, q.figure, q.detail,
        sum(q.value)::bigint AS value
    FROM quarter q LEFT JOIN shop s USING (shop) GROUP BY 1, 2, 3, 4;

-- Where each event of a conversation stands, so that a message can be found by any id that was handed out.
CREATE TABLE event (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid,
    shard int NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL
);

-- Commits that this build could not read. The rows above lack them; empty is how it should be.
CREATE TABLE unreadable (
    shop text NOT NULL,
    shard int NOT NULL,
    seq bigint NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (shard, seq)
);

-- What folding itself needs: edits and withdrawals name what they are about in these ways.
CREATE INDEX message_by_provider ON message (conversation, provider_id);
CREATE INDEX reply_of_turn ON reply (turn);
CREATE INDEX handover_of_conversation ON handover (conversation, asked_at);
