/** The report's own style, after the others. */
export const REPORT_STYLE = `
.note { background: var(--hatch); border-radius: 8px; padding: .6rem .9rem; margin: 1rem 0; max-width: 75ch; }
.scroll { overflow-x: auto; position: relative; }

table { border-collapse: collapse; min-width: min(100%, 40rem); }
th, td { padding: .4rem .9rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
thead th { padding: 0; border-bottom: 2px solid var(--ink); }
thead button { width: 100%; border: 0; background: none; padding: .4rem .9rem; text-align: inherit; font-weight: 600; }
thead button::after { content: "↕"; color: var(--line); margin-left: .35em; }
th[aria-sort="ascending"] button::after { content: "↑"; color: var(--accent); }
th[aria-sort="descending"] button::after { content: "↓"; color: var(--accent); }
tbody th, td:not(.number) { white-space: normal; min-width: 8rem; max-width: 24rem; }
tbody th { font-weight: 500; }
.number { text-align: right; }
.best strong { background: var(--mark); color: var(--mark-ink); border-radius: 4px; padding: .1rem .4rem; margin-right: -.4rem; }

.controls { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; align-items: center; margin: .75rem 0; }
.controls label { color: var(--quiet); }
.controls input[type="number"] { width: 6rem; }
.controls select { max-width: 16rem; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .3rem .9rem; }
legend { float: left; margin-right: .9rem; }
.legend { display: flex; align-items: center; gap: .5rem; color: var(--quiet); font-size: .82rem; }
.ramp { width: 10rem; height: .8rem; border-radius: 3px; }

article { padding: 1.5rem 0; border-top: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 1100px; }
h3 { font-size: 1rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h3 .small { font-weight: 400; margin-left: .5rem; }
h4 { margin: 0; font-size: .9rem; align-self: end; overflow-wrap: anywhere; }
.comparison { display: grid; grid-auto-flow: column; gap: .5rem .75rem; align-items: start; }
.with-images { grid-template-rows: repeat(6, auto); grid-auto-columns: minmax(264px, 1fr); }
.scores-only { grid-template-rows: auto auto; grid-auto-columns: minmax(150px, 240px); }
.shot { display: block; padding: 0; border: 0; border-radius: 4px; overflow: hidden; background: var(--known); cursor: zoom-in; width: 100%; }
.shot img { display: block; width: 100%; height: auto; }
.scores { display: grid; grid-template-columns: repeat(3, 1fr); gap: .1rem .9rem; margin: 0; font-size: .82rem; overflow-wrap: normal; }
.scores div { display: flex; justify-content: space-between; gap: .4rem; }
.scores dt { color: var(--quiet); }
.scores dd { margin: 0; }
.window { display: flex; flex-wrap: wrap; gap: 2px; max-width: 258px; }

.tile {
  --zoom: 1; display: block; background-color: var(--known); background-image: var(--sheet); print-color-adjust: exact;
  width: calc(var(--width) * var(--zoom) * 1px); height: calc(var(--height) * var(--zoom) * 1px);
  background-size: calc(var(--columns) * var(--width) * var(--zoom) * 1px) calc(3 * var(--height) * var(--zoom) * 1px);
  background-position: calc(var(--column) * var(--width) * var(--zoom) * -1px) calc(var(--row) * var(--height) * var(--zoom) * -1px);
  image-rendering: pixelated;
}
body { --backdrop: repeating-conic-gradient(#b9bcc0 0 25%, #f2f3f4 0 50%) 0 0 / 16px 16px; }
body[data-backdrop="black"] { --backdrop: #000; }
body[data-backdrop="white"] { --backdrop: #fff; }
body[data-backdrop="green"] { --backdrop: #00b140; }
.cut-out { background: var(--backdrop); print-color-adjust: exact; }
.tile.cut-out { position: relative; }
.tile.cut-out::before {
  content: ""; position: absolute; inset: 0; background-image: var(--sheet);
  background-size: calc(var(--columns) * var(--width) * var(--zoom) * 1px) calc(3 * var(--height) * var(--zoom) * 1px);
  background-position: calc(var(--column) * var(--width) * var(--zoom) * -1px) calc(var(--row) * var(--height) * var(--zoom) * -1px);
}

dialog { width: min(96vw, 1400px); max-width: none; max-height: 96vh; border: 1px solid var(--line); border-radius: 12px; background: var(--ground); color: var(--ink); padding: 1rem 1.25rem; }
dialog[open] { display: flex; flex-direction: column; gap: .75rem; }
dialog:focus { outline: none; }
dialog::backdrop { background: rgb(0 0 0 / .6); }
.bar { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; }
.bar h2 { margin: 0; overflow-wrap: anywhere; }
.bar p { margin: 0; color: var(--quiet); margin-right: auto; }
.group { display: flex; flex-wrap: wrap; gap: .25rem; }
.stage { flex: 1; min-height: 0; display: flex; flex-wrap: wrap; gap: 1rem; align-content: flex-start; overflow: auto; }
.stage img { flex: 1 1 480px; align-self: flex-start; min-width: 0; max-width: 100%; height: auto; }
.stage figure { margin: 0; }
.stage .tile { --zoom: 4; }
@media (max-width: 1100px) {
  .stage .tile { --zoom: 2.5; }
  .stage img { flex-basis: 100%; }
}

@media print {
  #arrange, fieldset, thead button::after { display: none; }
  article, .plot { break-inside: avoid; content-visibility: visible; }
  .plots { grid-template-columns: 1fr 1fr; }
  .scroll { overflow: visible; }
  .with-images { grid-auto-columns: minmax(130px, 1fr); }
  .window .tile { --zoom: .85; }
  .with-images .scores { grid-template-columns: repeat(2, 1fr); }
}
`;
