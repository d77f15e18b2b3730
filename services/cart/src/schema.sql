-- Carts, orders and customers, version 2. Everything here can be built anew from the log: `torg rebuild`.
-- Each build is a schema of its own. Every table has the shop in a column of that name: row-level security goes by it.

CREATE TABLE cart_line (
    shop text NOT NULL,
    conversation uuid NOT NULL,
    place int NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    pieces bigint NOT NULL,
    price bigint NOT NULL,
    list_price bigint NOT NULL,
    valid_until timestamptz NOT NULL,
    PRIMARY KEY (conversation, place)
);

-- `before` is what was agreed before a seller's change that is not reserved yet.
CREATE TABLE customer_order (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    conversation uuid NOT NULL,
    code text NOT NULL,
    stage text NOT NULL,
    revision int NOT NULL,
    terms jsonb NOT NULL,
    before jsonb,
    total bigint NOT NULL,
    recipient jsonb NOT NULL,
    because text,
    reason text,
    decided_by jsonb,
    expires_at timestamptz,
    short jsonb NOT NULL,
    marks jsonb NOT NULL,
    invoice bigint,
    version bigint NOT NULL,
    submitted_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE TABLE order_line (
    order_id uuid NOT NULL,
    place int NOT NULL,
    shop text NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    pieces bigint NOT NULL,
    price bigint NOT NULL,
    list_price bigint NOT NULL,
    PRIMARY KEY (order_id, place)
);

CREATE TABLE customer (
    id uuid PRIMARY KEY,
    shop text NOT NULL,
    orders bigint NOT NULL,
    last_order uuid NOT NULL,
    last_conversation uuid NOT NULL,
    recipient jsonb NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL
);

-- Mail addresses that customers have confirmed, each by the id of its own history: whoever shares one is one person.
CREATE TABLE customer_contact (
    customer uuid NOT NULL,
    contact uuid NOT NULL,
    shop text NOT NULL,
    confirmed_at timestamptz NOT NULL,
    PRIMARY KEY (customer, contact)
);
