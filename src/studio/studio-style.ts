/** A neutral grey throughout: colour beside a picture changes how its own is seen. */
export const STUDIO_STYLE = `
:root {
  --ground: #1b1b1b; --panel: #262626; --raised: #333; --line: #3d3d3d; --ink: #e4e4e4; --quiet: #9c9c9c;
  --accent: #d9a441; --foreground: #34c778; --background: #d64a5c; --unknown: #4aa8ff; --suggested: #d48cff; --cut: #7fd4e8;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body {
  display: flex; flex-direction: column; background: var(--ground); color: var(--ink); overflow: hidden;
  font: 13px/1.35 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; user-select: none;
}
header { display: flex; align-items: center; gap: 10px; height: 40px; padding: 0 10px; background: var(--panel); border-bottom: 1px solid var(--line); }
#message { flex: 1; text-align: right; color: var(--quiet); overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
#message[data-kind="fault"] { color: #ff8a8a; }
.quiet { color: var(--quiet); }
progress { width: 120px; height: 6px; accent-color: var(--accent); }
button {
  font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 4px;
  padding: 4px 8px; cursor: pointer; display: flex; align-items: center; gap: 8px; white-space: nowrap;
}
button:hover { background: #3c3c3c; }
button[aria-pressed="true"] { background: #4b4b4b; border-color: #7a7a7a; }
button:disabled { color: #6d6d6d; cursor: default; background: var(--panel); }
button[data-urgent="true"] { border-color: var(--accent); color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
kbd { font: inherit; font-size: 11px; color: var(--quiet); margin-left: auto; }
#middle { flex: 1; min-height: 0; display: flex; }
#tools { flex: none; width: 212px; padding: 4px 10px 10px; background: var(--panel); border-right: 1px solid var(--line); overflow-y: auto; }
h2 { font-size: 11px; font-weight: 600; letter-spacing: .04em; text-transform: uppercase; color: var(--quiet); margin: 9px 0 4px; }
.list { display: grid; grid-template-columns: minmax(0, 1fr); gap: 3px; }
.list button { width: 100%; padding-block: 2px; }
button i { width: 10px; height: 10px; border-radius: 2px; }
button[data-command="foreground"] i { background: var(--foreground); }
button[data-command="background"] i { background: var(--background); }
button[data-command="unknown"] i { background: var(--unknown); }
.amount { display: grid; grid-template-columns: 52px 1fr 40px; align-items: center; gap: 6px; margin: 4px 0; }
.amount output { text-align: right; }
input[type="range"] { width: 100%; accent-color: #a8a8a8; margin: 0; }
.swatches { display: flex; gap: 4px; margin-bottom: 5px; }
.swatches button, .swatches input { width: 25px; height: 22px; padding: 0; }
.swatches input { background: none; border: 1px solid var(--line); border-radius: 4px; }
.swatches button[aria-pressed="true"] { outline: 2px solid var(--ink); outline-offset: 0; }
.swatches button[data-over="alpha"] { background: linear-gradient(90deg, #000, #fff); }
.stage[data-over="alpha"], .stage[data-over="black"], .swatches button[data-over="black"] { background: #000; }
.stage[data-over="white"], .swatches button[data-over="white"] { background: #fff; }
.stage[data-over="colour"], .swatches button[data-over="colour"] { background: var(--over, #2d6cdf); }
.stage[data-over="checker"], .swatches button[data-over="checker"] {
  --tile: calc(16px / var(--zoom, 1));
  background: repeating-conic-gradient(#8a8a8a 0 25%, #b4b4b4 0 50%) 0 0 / var(--tile) var(--tile);
}
.swatches button[data-over="checker"] { --tile: 10px; }
#panes { flex: 1; min-width: 0; display: flex; gap: 1px; background: var(--line); }
.pane { flex: 1; min-width: 0; position: relative; overflow: hidden; background: var(--ground); touch-action: none; }
#paint { cursor: crosshair; }
#paint[data-cursor="brush"] { cursor: none; }
#paint[data-loading] { cursor: progress; }
#overlay[data-look="greys"] { opacity: 1 !important; }
.pane[data-panning] { cursor: grabbing !important; }
.stage { position: absolute; left: 0; top: 0; transform-origin: 0 0; }
.stage canvas { position: absolute; left: 0; top: 0; width: 100%; height: 100%; }
.stage[data-near] canvas { image-rendering: pixelated; }
.caption { position: absolute; left: 10px; bottom: 8px; padding: 2px 7px; border-radius: 3px; background: #1b1b1bcc; color: var(--quiet); pointer-events: none; }
#cursor { position: absolute; border: 1px solid #fff; border-radius: 50%; mix-blend-mode: difference; pointer-events: none; }
footer { background: var(--panel); border-top: 1px solid var(--line); padding: 6px 10px 8px; }
#readout { display: flex; gap: 16px; align-items: baseline; height: 24px; }
#frame-number { font-size: 15px; min-width: 90px; }
#frame-facts { color: var(--quiet); flex: 1; }
#legend { color: var(--quiet); font-size: 12px; display: flex; gap: 14px; }
#legend i { display: inline-block; width: 14px; height: 8px; }
#legend .sure { background: hsl(135 32% 38%); }
#legend .unsure { background: hsl(5 32% 38%); }
#legend .saved { color: var(--ink); }
#legend .draft { color: var(--accent); }
#legend .suggested { color: var(--suggested); }
#legend .cut { color: var(--cut); }
#readout button i { display: none; }
#readout button { align-self: center; padding-block: 1px; }
#hints { display: flex; flex-wrap: wrap; gap: 2px 16px; height: 18px; overflow: hidden; color: var(--quiet); font-size: 12px; }
#hints kbd { color: var(--ink); margin: 0 5px 0 0; }
#timeline { display: block; width: 100%; height: 62px; cursor: pointer; touch-action: none; }
dialog { background: var(--panel); color: var(--ink); border: 1px solid var(--line); border-radius: 6px; padding: 16px 22px 20px; max-height: 90vh; }
dialog:focus-visible { outline: none; }
dialog::backdrop { background: #000a; }
dialog > div { columns: 3; column-gap: 36px; }
dialog section { break-inside: avoid; padding-bottom: 10px; }
dialog h2 { margin: 0 0 5px; }
dialog dl { display: grid; grid-template-columns: auto 1fr; gap: 3px 14px; margin: 0 0 6px; }
dialog dt { color: var(--accent); white-space: nowrap; }
dialog dd { margin: 0; }
`;
