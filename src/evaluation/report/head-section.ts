import type { Evaluation } from '../results.js';
import { factsList } from './facts-list.js';
import { html, type Html } from './html.js';

/** What was compared on what: nothing in it depends on the machine. */
export function headSection(evaluation: Evaluation, { title, date }: { title: string; date: Date }): Html {
  const { set, methods, pictures, skipped } = evaluation;
  const pixels = pictures.reduce((sum, { width, height }) => sum + width * height, 0);
  const unknown = pictures.reduce((sum, { unknownPixels }) => sum + unknownPixels, 0);
  const day = date.toISOString().slice(0, 10);
  const facts: [string, Html | string][] = [
    ['Set', html`<code>${set}</code>`],
    ['Date', html`<time datetime="${day}">${day}</time>`],
    ['Pictures', `${pictures.length}, ${(pixels / 1e6).toFixed(1)} megapixels`],
    ['Unknown', pixels === 0 ? '–' : `${((100 * unknown) / pixels).toFixed(1)} % of the pixels`],
    ['Methods', methods.join(', ')],
  ];
  return html`<header>
    <h1>${title}</h1>
    ${factsList(facts)} ${skipped.length === 0 ? undefined : skippedList(skipped)}
  </header>`;
}

function skippedList(skipped: Evaluation['skipped']): Html {
  return html`<details class="note">
    <summary>${skipped.length} ${skipped.length === 1 ? 'picture was' : 'pictures were'} left out</summary>
    <ul>
      ${skipped.map(({ name, reason }) => html`<li><code>${name}</code>: ${reason}</li>`)}
    </ul>
  </details>`;
}
