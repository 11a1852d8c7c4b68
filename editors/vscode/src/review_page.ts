// Makes the server's page of the review fit for a webview: nothing is loaded or run but the page's own style and script,
// colours are the editor's, and places can be opened. Knows nothing of VS Code.

const theme = `
:root { color-scheme: inherit; --text: var(--vscode-foreground); --soft: var(--vscode-descriptionForeground);
  --page: var(--vscode-editor-background); --card: var(--vscode-input-background);
  --line: var(--vscode-panel-border, var(--vscode-contrastBorder, #8884)); --code: var(--vscode-textCodeBlock-background);
  --held: var(--vscode-textLink-foreground); }
body.vscode-dark, body.vscode-high-contrast { --problem: #ff7b72; --open: #e3b341; --safe: #6f8579; }
body.vscode-light, body.vscode-high-contrast-light { --problem: #c0392b; --open: #9a6700; --safe: #8aa197; }
body { font-family: var(--vscode-font-family); }
code { color: inherit; }
td.place { cursor: pointer; color: var(--vscode-textLink-foreground); }
td.place:hover { text-decoration: underline; }
`;

const opener = `
const editor = acquireVsCodeApi();
for (const cell of document.querySelectorAll("table.cells td[title]")) {
  cell.className = "place";
  cell.tabIndex = 0;
  const open = () => editor.postMessage({ place: cell.title });
  cell.addEventListener("click", open);
  cell.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
}
`;

/** `nonce` must be new each time. What the server took from the user's code is escaped: it holds no tags. */
export function webviewPage(page: string, nonce: string): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src data:`;
  return page
    .replaceAll("<style>", `<style nonce="${nonce}">`)
    .replaceAll("<script>", `<script nonce="${nonce}">`)
    .replace("<head>", () => `<head>\n<meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace("</head>", () => `<style nonce="${nonce}">${theme}</style>\n</head>`)
    .replace("</body>", () => `<script nonce="${nonce}">${opener}</script>\n</body>`);
}

/** `shop/cart.py:12`: the file and the line, from 1. */
export function placeOf(text: unknown): { file: string; line: number } | undefined {
  const parts = typeof text === "string" ? /^(.+):(\d+)$/.exec(text) : null;
  return parts ? { file: parts[1], line: Number(parts[2]) } : undefined;
}
