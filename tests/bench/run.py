"""Prints what the product does with many findings, as counts and times. See `./bench`."""

import sys
import tempfile
import time
from datetime import datetime

import report
from product import Product


def main(binary, findings=2_000, pull_requests=50):
    with tempfile.TemporaryDirectory() as folder:
        product = Product(binary, folder)
        try:
            print(f"ready in {product.ready_s:.2f} s")
            backfill(product, findings)
            unchanged(product, findings)
            webhooks(product, pull_requests)
            print(f"peak memory of the service: {product.peak_mib():.0f} MiB")
        finally:
            product.stop()


def backfill(product, findings):
    began = time.monotonic()
    answer = upload(product, report.trivy(findings, "2026-11-20T08:00:00Z"))
    imported = time.monotonic() - began
    product.settle()
    took = time.monotonic() - began
    calls = product.jira_calls()
    alone = [entry for entry in calls if entry["method"] == "POST" and entry["path"].endswith("/rest/api/3/issue")]
    bulk = [entry for entry in calls if entry["path"].endswith("/rest/api/3/issue/bulk")]
    made = product.issues_made(calls)
    print(f"{answer['vulnerabilities']['new']} findings imported in {imported:.2f} s, in sync after {took:.1f} s")
    print(f"requests to Jira: {len(calls)}, of them {len(bulk)} bulk creates and {len(alone)} single ones")
    doubled = len(made) - len({summary for _, summary in made})
    print(f"tickets: {len(made)}, {doubled} of them duplicates, {len(calls) / max(1, len(made)):.3f} calls each")


def unchanged(product, findings):
    last = product.last()
    answer = upload(product, report.trivy(findings, "2026-11-20T09:00:00Z"))
    product.settle()
    seen = len(product.jira_calls(last))
    print(f"the same findings again: {answer['vulnerabilities']['unchanged']} unchanged, {seen} requests to Jira")


def webhooks(product, count):
    """From a pull request that GitHub has taken to the first write to its ticket."""
    head = product.github("GET", "/git/ref/heads/main")["object"]["sha"]
    waits = []
    for number in range(count):
        branch = f"fix-{number}"
        product.github("POST", "/git/refs", {"ref": f"refs/heads/{branch}", "sha": head})
        file = {"message": "Raise a version", "content": "Zml4ZWQK", "branch": branch}
        product.github("PUT", f"/contents/fix-{number}.md", file)
        last = product.last()
        title = f"Mend {report.identifier(number)}"
        product.github("POST", "/pulls", {"title": title, "head": branch, "base": "main", "body": ""})
        opened, written = product.seen(last, is_opened), product.seen(last, is_written)
        product.settle()
        waits.append((moment(written) - moment(opened)).total_seconds() * 1_000)
    waits.sort()
    middle, late = waits[len(waits) // 2], waits[min(len(waits) - 1, int(len(waits) * 0.95))]
    print(f"pull request opened to first write in Jira: {count} times, p50 {middle:.0f} ms, p95 {late:.0f} ms")


def is_opened(entry):
    return entry["service"] == "github" and entry["method"] == "POST" and entry["path"].endswith("/pulls")


def is_written(entry):
    return entry["service"] == "jira" and entry["write"]


def upload(product, body):
    return product.api("POST", f"/reports?repository={product.info['github']['repository']}", body)


def moment(entry):
    return datetime.fromisoformat(entry["at"].replace("Z", "+00:00"))


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
