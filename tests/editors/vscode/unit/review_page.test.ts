// A page of the server in a webview.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, webviewPage } from "../../../../editors/vscode/src/review_page";

const page = "<html><head><style>a{}</style></head><body>&lt;script&gt;<script>one()</script></body></html>";

test("only what has the nonce is run", () => {
  const result = webviewPage(page, "abc");
  assert.match(result, /<head>\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'/);
  assert.doesNotMatch(result, /<script>|<style>/);
  assert.equal(result.match(/<script nonce="abc">/g)?.length, 2);
  assert.match(result, /&lt;script&gt;/);
});

test("a place is a file and a line", () => {
  assert.deepEqual(placeOf("shop/cart.py:12"), { file: "shop/cart.py", line: 12 });
  assert.deepEqual(placeOf("C:\\shop\\cart.py:1"), { file: "C:\\shop\\cart.py", line: 1 });
  assert.equal(placeOf("shop/cart.py"), undefined);
  assert.equal(placeOf({ file: "x" }), undefined);
});
