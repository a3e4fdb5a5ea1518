// The product as an operator starts it: simulators and service in processes of their own, with empty folders.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const binary = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/backline");

/** Starts both; `ui` is the service's address, `info` the simulators' addresses and credentials. */
export async function start() {
  const data = mkdtempSync(join(tmpdir(), "backline-browser-"));
  const sim = launch(["sim", "--json", "--listen", "127.0.0.1:0", "--data", join(data, "simulators")], {});
  const { sim: url } = JSON.parse(await line(sim, sim.stdout, /^\{.*\}$/));
  const info = await (await fetch(`${url}/_sim/info`)).json();
  const service = launch(["serve", "--listen", "127.0.0.1:0"], {
    BACKLINE_DATA_DIR: join(data, "backline"),
    BACKLINE_ATLASSIAN_AUTHORIZE_URL: info.oauth.authorize_url,
    BACKLINE_ATLASSIAN_TOKEN_URL: info.oauth.token_url,
    BACKLINE_ATLASSIAN_API_URL: info.oauth.api_url,
    BACKLINE_SYNC_SETTLE_SECONDS: "5",
    BACKLINE_SYNC_GITHUB_POLL_SECONDS: "1",
  }, data);
  const ui = await line(service, service.stderr, /Backline answers at (\S+)/);
  const stop = async () => {
    await end(service);
    await end(sim);
    rmSync(data, { recursive: true, force: true });
  };
  return { ui, info, stop };
}

// In a folder of its own, so that no backline.toml of this one counts.
function launch(words, settings, folder = tmpdir()) {
  const env = { ...process.env, NO_COLOR: "1", ...settings };
  return spawn(binary, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** The first line that matches, or what its brackets take; what the process says of trouble is passed on. */
function line(child, stream, pattern) {
  if (stream !== child.stderr) child.stderr.pipe(process.stderr);
  return new Promise((found, failed) => {
    child.once("exit", (code) => failed(new Error(`${child.spawnargs[1]} ended with ${code}`)));
    createInterface({ input: stream }).on("line", (text) => {
      if (/ (WARN|ERROR) /.test(text)) console.error(text);
      const match = pattern.exec(text);
      if (match) found(match[1] ?? match[0]);
    });
  });
}

function end(child) {
  if (child.exitCode !== null) return undefined;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  return ended;
}
