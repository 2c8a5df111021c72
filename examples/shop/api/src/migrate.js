import pg from "pg";

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query("CREATE TABLE IF NOT EXISTS customer (name text PRIMARY KEY, secret text NOT NULL)");
await client.end();
