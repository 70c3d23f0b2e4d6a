/** Colours, type and controls that all pages share. */
export const BASE_STYLE = `
:root {
  --ground: #fbfbfa; --panel: #ffffff; --ink: #1d1f21; --quiet: #62676d; --line: #dcdedf; --accent: #0b5cad;
  --mark: #e4f0e4; --mark-ink: #17602a; --hatch: #e6e8ea; --known: #d3d6d9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #151618; --panel: #1e2023; --ink: #e7e8ea; --quiet: #9aa0a6; --line: #34373b; --accent: #7cb7f2;
    --mark: #1f3626; --mark-ink: #94dba6; --hatch: #2b2e32; --known: #5b6067;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .75rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 0 0 .75rem; }
p { margin: .5rem 0; max-width: 75ch; }
code { font: .92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.small { color: var(--quiet); font-size: .82rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
button, input, select {
  font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
  padding: .25rem .6rem;
}
button { cursor: pointer; }
button[aria-pressed="true"] { background: var(--ink); border-color: var(--ink); color: var(--ground); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
