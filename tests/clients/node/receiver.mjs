// An app's end of webhooks: takes what Jira delivers and finds out whether the app's secret signed it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

export async function receiver(secret) {
  const delivered = [];
  const waiting = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const one = { headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString()) };
    const next = waiting.shift();
    if (next) next(one);
    else delivered.push(one);
    response.writeHead(204).end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const next = async () => {
    const one = delivered.shift() ?? (await new Promise((found) => waiting.push(found)));
    const [head, claims, signature] = one.headers.authorization.replace("Bearer ", "").split(".");
    assert.equal(JSON.parse(Buffer.from(head, "base64url").toString()).alg, "HS256");
    const wanted = createHmac("sha256", secret).update(`${head}.${claims}`).digest("base64url");
    assert.equal(signature, wanted);
    return one;
  };
  return { url: `http://127.0.0.1:${server.address().port}/hooks/jira`, next, close: () => server.close() };
}
