// The simulator whose address is the first argument, and this client in its strictest mode: every answer must be as
// the client's schemas say, and what they do not know is recorded.
import assert from "node:assert/strict";
import { CALLBACK, decide, reroute } from "./consent.mjs";

process.env.AUDIT_SCHEMAS = "true";
export const jiraJs = await import("jira.js");

export const SIM = process.argv[2];
export const DANA = "712020:292a1f5e-7c1d-4a39-9c55-0b7e6f1c2d3a";
export const SAM = "557058:8f3c52d1-4b0e-4a7e-8d0c-6f2b9e1a7c44";

export const info = await (await fetch(`${SIM}/_sim/info`)).json();
export const { project } = info.jira;
export const { client_id: clientId, client_secret: clientSecret } = info.oauth;
reroute(SIM);

export const strict = (config) => jiraJs.createCloudClient({ ...config, onSchemaMismatch: "throw" });

/** What answers had that no schema of the client knows. */
export const drift = () => globalThis[Symbol.for("apis-code-gen.schemaAudit")] ?? [];

/** Consents with the client's own functions, and gives its tokens. */
export async function consent(scopes, accountId) {
  const expectedState = "ours ü&=";
  const asked = { clientId, scopes, redirectUri: CALLBACK, state: expectedState };
  const location = await decide(jiraJs.generateAuthorizationUrl(asked), "accept", accountId);
  const { code } = jiraJs.parseCallbackUrl(location, { expectedState });
  return jiraJs.exchangeAuthorizationCode({ clientId, clientSecret, code, redirectUri: CALLBACK });
}

/** The error of the refusal that a call must end in. */
export async function refused(status, call) {
  const error = await call.then(
    () => assert.fail(`not refused with ${status}`),
    (error) => error,
  );
  assert.equal(error.status, status, error.message);
  return error;
}

export async function wait(what, look) {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    if (await look()) return;
  }
  assert.fail(`${what}: not within 20 s`);
}
