import type { Evaluation } from '../results.js';
import { scaleStops, SCALE_TOP } from './colour-scale.js';
import { Html, html } from './html.js';
import type { ReportPictures } from './pictures.js';
import { SCORE_COLUMNS } from './score-columns.js';

/** What stands above the pictures: how to order, filter and read them. */
export function picturesHeading({ methods, pictures }: Evaluation, images: ReportPictures): Html {
  return html`<h2>Pictures</h2>
    ${images.leftOut === 0 ? undefined : leftOutNote(images, pictures.length)}
    <form id="arrange" class="controls">
      <label>Name <input type="search" name="name" placeholder="part of it" /></label>
      <label
        >Order
        <select name="order">
          <option value="set">as in the set</option>
          <option value="name">by name</option>
          <option value="worst">worst first</option>
          <option value="best">best first</option>
        </select></label
      >
      <label
        >by
        <select name="score">
          ${SCORE_COLUMNS.map(({ key, label }) => html`<option value="${key}">${label}</option>`)}
        </select></label
      >
      <label
        >of
        <select name="method">
          ${methods.map((method) => html`<option>${method}</option>`)}
        </select></label
      >
      <label>from <input type="number" name="least" min="0" step="any" placeholder="0" /></label>
      <output></output>
    </form>
    <div class="controls">
      <fieldset>
        <legend>Cut-outs on</legend>
        ${BACKDROPS.map(
          (name, i) =>
            html`<label
              ><input
                type="radio"
                name="backdrop"
                value="${name}"
                ${i === 0 ? new Html('checked') : ''}
              />${name}</label
            >`,
        )}
      </fieldset>
      <div class="legend">
        <span>error 0</span>
        <span class="ramp" style="background:linear-gradient(to right, ${scaleStops(17).join(', ')})"></span>
        <span>${SCALE_TOP} and more; the unknown region only</span>
      </div>
    </div>`;
}

const BACKDROPS = ['checks', 'black', 'white', 'green'] as const;

function leftOutNote(images: ReportPictures, count: number): Html {
  return html`<p class="note">
    Images of ${count - images.leftOut} of ${count} pictures are shown, those on which a method’s SAD is
    largest; together the images would make this file too large to open. Scores are there for all.
  </p>`;
}
