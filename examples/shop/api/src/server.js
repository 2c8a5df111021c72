import bcrypt from "bcrypt";
import express from "express";
import pg from "pg";

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const app = express();
app.use(express.json());

app.get("/healthz", (_request, response) => response.send("ok"));

app.get("/api/products", async (_request, response) => {
  const { rows } = await database.query("SELECT name, price FROM product ORDER BY name");
  response.json(rows);
});

app.post("/api/customers", async (request, response) => {
  const secret = await bcrypt.hash(String(request.body.secret), 10);
  await database.query("INSERT INTO customer (name, secret) VALUES ($1, $2)", [String(request.body.name), secret]);
  response.status(201).end();
});

const server = app.listen(4000);
process.on("SIGTERM", () => server.close(() => database.end()));
