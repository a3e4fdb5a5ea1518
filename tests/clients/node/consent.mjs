// A person's consent on the simulator's page, as a browser would give it.
//
// What this client would send to Atlassian's own addresses goes to the simulator: only the network is another.
import assert from "node:assert/strict";

export const CALLBACK = "http://127.0.0.1:1/integrations/jira/callback";
/** What Backline asks for, and what it takes to make versions and components. */
export const SCOPES = [
  "read:jira-work",
  "write:jira-work",
  "read:jira-user",
  "manage:jira-webhook",
  "manage:jira-project",
  "offline_access",
];

/** Sends what is meant for Atlassian's accounts and gateway to the simulator at `sim`. */
export function reroute(sim) {
  const send = globalThis.fetch;
  globalThis.fetch = (url, init) =>
    send(
      String(url)
        .replace("https://auth.atlassian.com", `${sim}/auth`)
        .replace("https://api.atlassian.com", `${sim}/api`),
      init,
    );
}

const plain = (html) => html.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code)).replaceAll("&amp;", "&");

/** What a browser would send of the page's form, without its buttons. */
function form(page) {
  const values = new URLSearchParams();
  for (const [, attributes] of page.matchAll(/<input ([^>]*)>/g)) {
    const attribute = (name) => attributes.match(new RegExp(`${name}="([^"]*)"`))?.[1];
    if (attribute("type") !== "radio" || attributes.includes(" checked")) {
      values.set(attribute("name"), plain(attribute("value")));
    }
  }
  const [, name, options] = page.match(/<select [^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/s);
  values.set(name, (options.match(/value="([^"]*)" selected/) ?? options.match(/value="([^"]*)"/))[1]);
  return values;
}

/** Opens the client's own address of the consent page, decides as `accountId`, and gives where that leads. */
export async function decide(address, decision, accountId) {
  const page = await fetch(address);
  assert.equal(page.status, 200);
  const body = form(await page.text());
  body.set("decision", decision);
  if (accountId) body.set("account_id", accountId);
  const answer = await fetch("https://auth.atlassian.com/authorize", { method: "POST", body, redirect: "manual" });
  assert.equal(answer.status, 302);
  return answer.headers.get("location");
}
