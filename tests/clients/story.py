"""Plays a client's checks against a simulator, through both doors, and says what passed.

A door is the site with a person's e-mail address and API token, or the gateway with an app's bearer token. Each
check is a function of the client behind a door, and depends on no other check.
"""

import dataclasses
import functools
import sys
import time
import traceback

import consent
import sim


@dataclasses.dataclass(frozen=True)
class Door:
    name: str
    base: str
    info: dict
    token: str | None = None

    @property
    def basic(self):
        return self.info["jira"]["email"], self.info["jira"]["token"]

    @property
    def is_app(self):
        return self.token is not None

    @property
    def project(self):
        return self.info["jira"]["project"]


def doors(info):
    tokens = consent.connect(info)
    return [
        Door("site", info["jira"]["site"], info),
        Door("gateway", info["jira"]["gateway"], info, tokens["access_token"]),
    ]


def wait(what, look, seconds=20):
    """Looks until it is there; a story that does not end is a failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


def play(stories, unsupported=()):
    """Runs each (name, function). Fails if one fails, or if one asked for what is not simulated: a path that has no
    ending of `unsupported`."""
    failures = 0
    for name, function in stories:
        begin = time.monotonic()
        try:
            function()
            word = "ok"
        except Exception:
            traceback.print_exc()
            word = "FAILED"
            failures += 1
        print(f"{word} {name} {time.monotonic() - begin:.2f} s", flush=True)
    rows = sim.read(f"{sys.argv[1]}/_sim/coverage")["unsupported"]
    asked = [row["request"] for row in rows if not row["request"].endswith(tuple(unsupported))]
    if asked:
        print(f"FAILED asked for what is not simulated: {asked}")
        failures += 1
    sys.exit(1 if failures else 0)


def through_both_doors(connect, checks, info):
    """The checks as stories: with the client that `connect` makes for each door."""
    stories = []
    for door in doors(info):
        client = connect(door)
        for check in checks:
            name = check.__name__.replace("_", " ")
            stories.append((f"{door.name}: {name}", functools.partial(check, client, door)))
    return stories


def the_info():
    """Of the simulator whose address is the first argument."""
    return sim.read(f"{sys.argv[1]}/_sim/info")
