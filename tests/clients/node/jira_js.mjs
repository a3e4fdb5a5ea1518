// npm `jira.js`, unchanged, against the simulated site: at the site's own address with an API token, and at the
// gateway with the tokens of a consent.
import assert from "node:assert/strict";
import { ACCOUNTS } from "./accounts.mjs";
import { CHECKS } from "./checks.mjs";
import { SCOPES } from "./consent.mjs";
import { FIELDS } from "./fields.mjs";
import { SIM, clientId, clientSecret, consent, drift, info, strict } from "./sim.mjs";

/** Keys that answers of real sites have, as recorded, although neither this client nor the published document does. */
const KNOWN_DRIFT = ["untranslatedName", "defaultLocale", "isLooped"];

let failures = 0;

async function run(name, story) {
  const begin = Date.now();
  const error = await story().then(
    () => null,
    (error) => error,
  );
  if (error) {
    console.error(error, JSON.stringify(error.issues ?? error.body ?? ""));
    failures += 1;
  }
  console.log(`${error ? "FAILED" : "ok"} ${name} ${((Date.now() - begin) / 1000).toFixed(2)} s`);
}

for (const [name, story] of Object.entries(ACCOUNTS)) await run(`accounts: ${name}`, story);

const { email, token: apiToken, site: siteUrl } = info.jira;
const { accessToken, refreshToken } = await consent(SCOPES);
const doors = {
  site: strict({ host: siteUrl, auth: { type: "basic", email, apiToken } }),
  gateway: strict({ auth: { type: "oauth2", accessToken, refreshToken, clientId, clientSecret, siteUrl } }),
};
for (const [door, jira] of Object.entries(doors)) {
  for (const [name, story] of Object.entries({ ...FIELDS, ...CHECKS })) {
    await run(`${door}: ${name}`, () => story(jira, door));
  }
}

await run("no answer has more than the schemas know", async () => {
  const unknown = drift().filter(({ keys }) => !keys?.every((key) => KNOWN_DRIFT.includes(key)));
  assert.deepEqual([...new Set(unknown.map((one) => JSON.stringify(one)))], []);
});
await run("nothing was asked that is not simulated", async () => {
  assert.deepEqual((await (await fetch(`${SIM}/_sim/coverage`)).json()).unsupported, []);
});
process.exitCode = failures ? 1 : 0;
