import { html, type Html } from '../evaluation/report/html.js';
import { STUDIO_STYLE } from './studio-style.js';

/** Only what this server sends may run or be shown. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** The page's markup. What its buttons do, and by which keys, is in `web/studio/commands.ts`. */
export function studioPage(): string {
  const head = html`<meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="dark" />
    <link rel="icon" href="data:," />
    <title>matteflow studio</title>`;
  const body = html`${topBar()}
    <div id="middle">
      ${toolColumn()}
      <main id="panes">
        <section class="pane" id="paint" aria-label="Trimap">
          <div class="stage"><canvas id="picture"></canvas><canvas id="overlay"></canvas></div>
          <div id="cursor" hidden></div>
          <span class="caption" id="paint-caption"></span>
        </section>
        <section class="pane" id="preview" aria-label="Matte">
          <div class="stage" data-over="checker"><canvas id="matte"></canvas></div>
          <span class="caption" id="preview-caption"></span>
        </section>
      </main>
    </div>
    <footer>
      <div id="readout">
        <button type="button" data-command="play"></button>
        <span id="frame-number"></span><span id="frame-facts"></span
        ><span id="legend"
          ><span><i class="sure"></i><i class="unsure"></i> confidence</span
          ><span><b class="saved">◆</b> keyframe</span><span><b class="draft">◇</b> not saved</span
          ><span><b class="suggested">▲</b> suggested</span><span><b class="cut">┃</b> cut</span></span
        >
      </div>
      <canvas id="timeline" tabindex="0" aria-label="Timeline"></canvas>
      <div id="hints" aria-label="Keys"></div>
    </footer>
    <dialog id="shortcuts" aria-label="Shortcuts"></dialog>
    <script type="module" src="/page/main.js"></script>`;
  return `<!doctype html><html lang="en"><head>${head.text}<style>${STUDIO_STYLE}</style></head><body>${body.text}</body></html>\n`;
}

function topBar(): Html {
  return html`<header>
    <strong id="clip-name"></strong><span id="clip-facts" class="quiet"></span>
    <span id="message" role="status"></span>
    <progress id="progress" max="1" value="0" hidden></progress>
    <button type="button" data-command="propagate"></button>
    <button type="button" data-command="save"></button>
    <button type="button" data-command="help"></button>
  </header>`;
}

function toolColumn(): Html {
  const buttons = (...names: readonly string[]): Html =>
    html`<div class="list">
      ${names.map((name) => html`<button type="button" data-command="${name}"></button>`)}
    </div>`;
  return html`<aside id="tools">
    <h2>Paint</h2>
    ${buttons('foreground', 'background', 'unknown')}
    <h2>Tool</h2>
    ${buttons('brush', 'eraser', 'fill')}
    <label class="amount"
      ><span>Size</span><input type="range" id="size" min="0" max="100" /><output id="size-value"></output
    ></label>
    ${buttons('undo', 'redo')}
    <h2>Band</h2>
    <label class="amount"
      ><span>Width</span><input type="range" id="band" min="2" max="120" /><output id="band-value"></output
    ></label>
    ${buttons('band')}
    <h2>Frame</h2>
    ${buttons('keep', 'all-background', 'all-unknown', 'remove')}
    <h2>Overlay</h2>
    <label class="amount"
      ><span>Opacity</span><input type="range" id="opacity" min="0" max="100" /><output
        id="opacity-value"
      ></output
    ></label>
    ${buttons('overlay', 'trimap-only')}
    <h2>Matte over</h2>
    <div class="swatches" id="over">
      ${['checker', 'black', 'white', 'colour', 'alpha'].map(
        (over) => html`<button type="button" data-over="${over}" title="${over}"></button>`,
      )}
      <input type="color" id="colour" value="#2d6cdf" title="Colour" />
    </div>
    ${buttons('preview')}
  </aside>`;
}
