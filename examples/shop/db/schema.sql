CREATE TABLE product (name text PRIMARY KEY, price numeric(10, 2) NOT NULL);
CREATE TABLE orders (number bigint PRIMARY KEY, queue text NOT NULL, total numeric(10, 2) NOT NULL);
INSERT INTO product VALUES ('Kettle', 39.90), ('Teapot', 24.50);
