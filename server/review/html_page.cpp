#include "server/review/html_page.h"

namespace server {

const std::string_view html_style = R"css(
:root { color-scheme: light dark; --text: #1f2328; --soft: #59636e; --page: #ffffff; --card: #f6f8fa; --line: #d1d9e0;
  --problem: #c0392b; --open: #b7791f; --held: #2b6cb0; --safe: #8aa197; --code: #eef1f4; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9198a1; --page: #0d1117; --card: #161b22; --line: #30363d;
    --problem: #ff7b72; --open: #e3b341; --held: #79c0ff; --safe: #56695f; --code: #21262d; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p.summary { color: var(--soft); margin: 0 0 1rem; }
code { font: .92em ui-monospace, monospace; background: var(--code); border-radius: 4px; padding: .05em .3em; overflow-wrap: anywhere; }
nav, form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: .5rem 0; }
input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: .25rem .5rem; }
a { color: var(--held); }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--text); font: 13px system-ui, sans-serif; }
svg text.count { fill: var(--soft); }
.problem { fill: var(--problem); } .open { fill: var(--open); } .held { fill: var(--held); } .safe { fill: var(--safe); }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th { text-align: left; position: sticky; top: 0; background: var(--page); border-bottom: 2px solid var(--line); padding: .35rem .5rem; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
th[aria-sort=ascending] button::after { content: " \25B2"; }
th[aria-sort=descending] button::after { content: " \25BC"; }
td { vertical-align: top; border-bottom: 1px solid var(--line); padding: .35rem .5rem; overflow-wrap: anywhere; }
col.name { width: 34%; } col.place { width: 30%; } col.kind { width: 4.5rem; } col.value { width: 6rem; } col.verdict { width: 14.5rem; }
summary { cursor: pointer; }
section.cells { container-type: inline-size; }
details > div { width: calc(100cqw - 1rem); padding: .35rem 0 0 1.1rem; }
details p { margin: .25rem 0; }
details ul, details ol { margin: .25rem 0 .6rem; padding-left: 1.4rem; }
details h3 { font-size: .85rem; margin: .5rem 0 0; color: var(--soft); }
.badge { display: inline-block; border-radius: 1em; padding: 0 .6em; font-size: .85em; border: 1px solid currentColor; }
.badge.problem { color: var(--problem); } .badge.open { color: var(--open); }
.badge.held { color: var(--held); } .badge.safe { color: var(--soft); }
.soft { color: var(--soft); }
li.second { margin-left: 2rem; }
tr[hidden] { display: none; }
@media (max-width: 52rem) {
  body { padding: .75rem; }
  col.kind { width: 3rem; } col.value, td:nth-child(4), th:nth-child(4) { display: none; } col.verdict { width: 7rem; }
  td, th { padding: .35rem .25rem; }
  .badge { border-radius: .6em; }
}
)css";

const std::string_view html_script = R"js(
'use strict';
for (const table of document.querySelectorAll('table.cells')) {
  const body = table.tBodies[0];
  table.tHead.addEventListener('click', (event) => {
    const head = event.target.closest('th');
    if (!head) return;
    const ascending = head.getAttribute('aria-sort') !== 'ascending';
    for (const other of head.parentNode.cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
    const key = (row) => row.cells[head.cellIndex].dataset.key;
    const order = new Intl.Collator(undefined, { numeric: true });
    const rows = [...body.rows].sort((a, b) => order.compare(key(a), key(b)) * (ascending ? 1 : -1));
    body.append(...rows);
  });
}
const text = document.querySelector('#text');
const kind = document.querySelector('#kind');
const verdict = document.querySelector('#verdict');
function show() {
  for (const row of document.querySelectorAll('table.cells tbody tr')) {
    row.hidden = !row.dataset.text.includes(text.value.toLowerCase()) ||
      (kind.value !== '' && row.dataset.kind !== kind.value) ||
      (verdict.value !== '' && row.dataset.verdict !== verdict.value);
  }
  for (const section of document.querySelectorAll('section.cells')) {
    const shown = section.querySelectorAll('tbody tr:not([hidden])').length;
    section.querySelector('.shown').textContent = shown;
  }
}
for (const control of [text, kind, verdict]) control.addEventListener('input', show);
)js";

}  // namespace server
