-- What only reading needs. A build makes it when its rows are all there.
CREATE INDEX IF NOT EXISTS cart_line_of_shop ON cart_line (shop, sku);
CREATE INDEX IF NOT EXISTS customer_order_newest ON customer_order (shop, submitted_at DESC, id);
CREATE INDEX IF NOT EXISTS customer_order_code ON customer_order (shop, code);
CREATE INDEX IF NOT EXISTS customer_order_of_conversation ON customer_order (conversation);
CREATE INDEX IF NOT EXISTS order_line_of_shop ON order_line (shop, sku);
CREATE INDEX IF NOT EXISTS customer_of_shop ON customer (shop, last_at DESC);
CREATE INDEX IF NOT EXISTS customer_order_waiting ON customer_order (shop, stage, submitted_at DESC);
