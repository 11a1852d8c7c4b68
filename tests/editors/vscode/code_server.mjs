// One running Visual Studio Code with extensions and a folder for settings of its own, for one browser.

import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createServer } from "node:net";
import * as path from "node:path";

/** Long enough for a machine that does much else. */
export const patienceMs = 240_000;
const calm = {
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.preferredDarkColorTheme": "Default Dark Modern",
  "workbench.preferredLightColorTheme": "Default Light Modern",
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "update.mode": "none",
  "editor.minimap.enabled": false,
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "files.autoSave": "off",
};

/** Installs the extensions and starts. `env` reaches the extensions, `settings` are the user's. */
export async function startCodeServer({ tools, folder, extensions, env = {}, settings = {} }) {
  const extensionsFolder = path.join(folder, "extensions");
  const userFolder = path.join(folder, "user");
  const settingsFile = path.join(userFolder, "User", "settings.json");
  fs.mkdirSync(path.dirname(settingsFile), { recursive: true });
  fs.writeFileSync(settingsFile, JSON.stringify({ ...calm, ...settings }, null, 2));
  fs.writeFileSync(path.join(folder, "config.yaml"), "");
  const environment = {
    ...process.env,
    XDG_CONFIG_HOME: path.join(folder, "xdg"),
    XDG_DATA_HOME: path.join(folder, "xdg"),
    ...env,
  };
  const common = [tools.codeServer, "--user-data-dir", userFolder, "--extensions-dir", extensionsFolder];
  const installed = spawnSync(tools.node, [...common, ...extensions.flatMap((file) => ["--install-extension", file])], {
    env: environment,
    encoding: "utf8",
  });
  if (installed.status !== 0) throw new Error(`the extension is not installed:\n${installed.stdout}${installed.stderr}`);

  const port = await freePort();
  const log = fs.openSync(path.join(folder, "code-server.log"), "w");
  const options = [
    ...["--config", path.join(folder, "config.yaml"), "--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
    ...["--disable-telemetry", "--disable-update-check", "--reconnection-grace-time", "2"],
  ];
  const address = `http://127.0.0.1:${port}`;
  let child;
  let isGone = true;
  const stop = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended by itself, or was never started.
    }
  };
  // On a machine that does much else it gives up by itself after ten seconds: once more, then.
  await waitFor("code-server", async () => {
    if (isGone) {
      stop();
      isGone = false;
      // A process group of its own: it leaves children when only it is ended.
      child = spawn(tools.node, [...common, ...options], { env: environment, detached: true, stdio: ["ignore", log, log] });
      child.on("exit", () => (isGone = true));
    }
    return (await fetch(`${address}/healthz`).catch(() => undefined))?.ok;
  }).catch((error) => {
    stop();
    throw error;
  });
  return {
    pageOf: (kind, place, file) => `${address}/?${kind}=${encodeURIComponent(place)}` + (file ? `&payload=${opened(port, file)}` : ""),
    /** Servers that this editor has started and that still run. */
    servers: () => programsIn(extensionsFolder),
    stop,
  };
}

/** Asks until there is an answer. */
export async function waitFor(what, condition, limitMs = patienceMs) {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    const answer = await condition();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`there is no ${what} after ${limitMs / 1000} s`);
}

function opened(port, file) {
  const uri = `vscode-remote://127.0.0.1:${port}${encodeURI(file)}`;
  return encodeURIComponent(JSON.stringify([["openFile", uri]]));
}

function programsIn(folder) {
  const processes = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.filter((pid) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/exe`).startsWith(folder);
    } catch {
      return false; // ended, or not ours
    }
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
