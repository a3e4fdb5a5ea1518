"""A person's consent on the simulator's page, as a browser would give it, and the tokens that come of it."""

import html.parser
import urllib.parse

import requests

CALLBACK = "http://127.0.0.1:1/integrations/jira/callback"
# What Backline asks for, and what it takes to make versions and components.
SCOPES = "read:jira-work write:jira-work read:jira-user manage:jira-webhook manage:jira-project offline_access"


class Form(html.parser.HTMLParser):
    """What a browser would send of the first form of a page, without its buttons."""

    def __init__(self, page):
        super().__init__()
        self.values = {}
        self.select = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and ("selected" in attrs or self.select not in self.values):
            self.values[self.select] = attrs["value"]
        elif tag == "input" and (attrs.get("type") != "radio" or "checked" in attrs):
            self.values[attrs["name"]] = attrs.get("value", "")


def connect(info, scopes=SCOPES, account_id=None):
    """Asks for scopes, accepts as `account_id` (else as whom the page suggests), and exchanges the code."""
    ask = {
        "audience": "api.atlassian.com",
        "client_id": info["oauth"]["client_id"],
        "scope": scopes,
        "redirect_uri": CALLBACK,
        "state": "of this session: ü&=",
        "response_type": "code",
        "prompt": "consent",
    }
    page = requests.get(info["oauth"]["authorize_url"], params=ask)
    assert page.status_code == 200, page.text
    form = Form(page.text).values
    assert {name: form[name] for name in ask} == ask, form
    form |= {"decision": "accept", "cloud_id": info["jira"]["cloud_id"]}
    if account_id:
        form["account_id"] = account_id
    answer = requests.post(info["oauth"]["authorize_url"], data=form, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    back = urllib.parse.urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith(CALLBACK + "?")
    query = dict(urllib.parse.parse_qsl(back.query))
    assert query["state"] == ask["state"], query
    exchange = {
        "grant_type": "authorization_code",
        "client_id": info["oauth"]["client_id"],
        "client_secret": info["oauth"]["client_secret"],
        "code": query["code"],
        "redirect_uri": CALLBACK,
    }
    answer = requests.post(info["oauth"]["token_url"], json=exchange)
    assert answer.status_code == 200, answer.text
    tokens = answer.json()
    assert set(tokens["scope"].split()) == set(scopes.split()), tokens["scope"]
    return tokens
