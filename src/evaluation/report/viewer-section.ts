import { html, type Html } from './html.js';

/** The large view, empty until a picture is opened. */
export function viewerSection(): Html {
  return html`<dialog id="viewer" aria-label="large view" tabindex="-1" autofocus>
    <div class="bar">
      <h2 data-part="title"></h2>
      <p data-part="caption" aria-live="polite"></p>
      <button type="button" data-picture="-1" title="previous picture (Page Up)">◀</button>
      <button type="button" data-picture="1" title="next picture (Page Down)">▶</button>
      <button type="button" data-close title="close (Escape)">✕</button>
    </div>
    <div class="stage">
      <img data-part="large" alt="" />
      <figure>
        <span class="tile" data-part="detail"></span>
        <figcaption class="small" data-part="detail-caption"></figcaption>
      </figure>
    </div>
    <div class="bar">
      <div class="group" role="group" aria-label="method" data-part="columns"></div>
      <div class="group" role="group" aria-label="view" data-part="layers">
        <button type="button" data-layer="0">matte</button>
        <button type="button" data-layer="1">error</button>
        <button type="button" data-layer="2">cut-out</button>
      </div>
      <p class="small">← → method, ↑ ↓ view, Page Up/Down picture, Esc close</p>
    </div>
  </dialog>`;
}
