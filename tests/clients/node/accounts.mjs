// Consent, tokens and their renewal, by this client's own functions.
import assert from "node:assert/strict";
import { CALLBACK, SCOPES, decide } from "./consent.mjs";
import { bug } from "./metadata.mjs";
import { DANA, SAM, clientId, clientSecret, consent, info, jiraJs, refused, strict } from "./sim.mjs";

const { exchangeAuthorizationCode, generateAuthorizationUrl, parseCallbackUrl } = jiraJs;

export const ACCOUNTS = {
  async "a person declines"() {
    const address = generateAuthorizationUrl({ clientId, scopes: SCOPES, redirectUri: CALLBACK, state: "s" });
    const location = new URL(await decide(address, "cancel"));
    assert.equal(location.searchParams.get("error"), "access_denied");
  },

  async "a code works once"() {
    const address = generateAuthorizationUrl({ clientId, scopes: SCOPES, redirectUri: CALLBACK, state: "s" });
    const { code } = parseCallbackUrl(await decide(address, "accept", SAM), { expectedState: "s" });
    const exchange = () => exchangeAuthorizationCode({ clientId, clientSecret, code, redirectUri: CALLBACK });
    const resources = await jiraJs.getAccessibleResources((await exchange()).accessToken);
    assert.deepEqual(
      resources.map((site) => [site.id, site.url]),
      [[info.jira.cloud_id, info.jira.site]],
    );
    assert.equal((await refused(403, exchange())).body.error, "invalid_grant");
  },

  async "an expired token is refreshed once for many calls"() {
    const tokens = await consent(SCOPES, SAM);
    const renewed = [];
    const auth = { type: "oauth2", clientId, clientSecret, refreshToken: tokens.refreshToken, siteUrl: info.jira.site };
    const onTokenRefresh = (pair) => renewed.push(pair);
    const jira = strict({ auth: { ...auth, accessToken: "no-longer-known", onTokenRefresh } });
    await Promise.all([1, 2, 3, 4].map(() => jira.myself.getCurrentUser()));
    assert.equal(renewed.length, 1);
    assert.notEqual(renewed[0].refreshToken, tokens.refreshToken);
  },

  async "a scope that is missing is no reason to refresh"() {
    const tokens = await consent(["read:jira-work", "offline_access"], DANA);
    const auth = { type: "oauth2", clientId, clientSecret, ...tokens, cloudId: info.jira.cloud_id };
    const jira = strict({ auth: { ...auth, onTokenRefresh: () => assert.fail("refreshed") } });
    const fields = await bug(jira);
    assert.ok(jiraJs.isScopeError(await refused(401, jira.issues.createIssue({ fields }))));
    assert.ok(jiraJs.isScopeError(await refused(401, jira.webhooks.getDynamicWebhooksForApp())));
  },

  async "a refresh token that is not known needs a new consent"() {
    const refresh = jiraJs.refreshOAuth2Token({ clientId, clientSecret, refreshToken: "no-longer-known" });
    assert.ok(jiraJs.isReauthorizationRequired(await refused(403, refresh)));
    const wrong = jiraJs.refreshOAuth2Token({ clientId, clientSecret: "wrong", refreshToken: "x" });
    assert.equal((await refused(401, wrong)).body.error, "access_denied");
  },
};
