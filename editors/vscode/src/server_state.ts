// What the status bar says about the server, and when a server that crashes is given up. Knows nothing of VS Code.

/** The notification `threadlint/status`. */
export interface Status {
  state: "busy" | "idle" | "error";
  message: string;
  files: number;
  findings: number;
}

export type ServerState = { phase: "off" | "starting" | "running" | "failed"; message?: string; status?: Status };

export interface StateView {
  text: string;
  tooltip: string;
  isError: boolean;
}

export function viewOf(state: ServerState): StateView {
  const view = (icon: string, tooltip: string, isError = false): StateView => ({
    text: `$(${icon}) threadlint`,
    tooltip,
    isError,
  });
  if (state.phase === "off") return view("circle-slash", state.message || "off in this workspace");
  if (state.phase === "starting") return view("sync~spin", "starting");
  if (state.phase === "failed") return view("error", state.message || "the server does not run", true);
  const status = state.status;
  if (!status) return view("check", "running");
  if (status.state === "error") return view("error", status.message || "the server has a problem", true);
  const known = `${counted(status.findings, "finding")} in ${counted(status.files, "file")}`;
  if (status.state === "busy") return view("sync~spin", status.message || "analysing");
  const idle = view(status.findings === 0 ? "check" : "warning", status.message ? `${status.message}\n${known}` : known);
  return status.findings === 0 ? idle : { ...idle, text: `${idle.text} ${status.findings}` };
}

const patienceMs = 3 * 60 * 1000;
const mostCrashes = 4;

/** Whether a server is started again that has crashed at these times, in milliseconds and in order. */
export function mayRestart(crashes: readonly number[], now: number): boolean {
  return crashes.filter((time) => now - time < patienceMs).length < mostCrashes;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
