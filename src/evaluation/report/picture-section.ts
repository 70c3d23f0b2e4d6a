import type { PictureResult } from '../results.js';
import { LAYERS, type Layers } from './detail-sheet.js';
import { html, type Html } from './html.js';
import type { Encoded, PictureImages } from './picture-images.js';
import { formatScore, SCORE_COLUMNS } from './score-columns.js';

/** The reference column's name, and what its rows show in place of a method's. */
const REFERENCE = 'reference';
const REFERENCE_CAPTIONS: Layers<string> = { matte: 'exact matte', error: 'trimap', cutOut: 'image' };
const CAPTIONS: Layers<string> = { matte: 'matte', error: 'error', cutOut: 'cut-out' };

/**
 * One picture: a column a method after the reference, with matte, error, cut-out, the window in which the method does
 * worst, and its scores. Without images: the scores alone.
 */
export function pictureArticle(
  picture: PictureResult,
  methods: readonly string[],
  images: PictureImages | undefined,
): Html {
  const { name, width, height, unknownPixels } = picture;
  const share = (100 * unknownPixels) / (width * height);
  const sheets = images?.details.map(({ sheet }, i) => `--sheet-${i}:url(${dataUri(sheet)});`).join('') ?? '';
  return html`<article data-name="${name}" data-scores="${JSON.stringify(picture.methods)}" style="${sheets}">
    <h3>${name} <span class="small">${width} × ${height}, ${share.toFixed(1)} % unknown</span></h3>
    <div class="scroll">
      <div class="comparison ${images ? 'with-images' : 'scores-only'}">
        ${images && referenceColumn(images)}
        ${methods.map((method, i) => methodColumn(picture, method, i + 1, images))}
      </div>
    </div>
  </article>`;
}

function referenceColumn(images: PictureImages): Html {
  return html`<h4>${REFERENCE}</h4>
    ${LAYERS.map((layer, row) => shot(images, images.reference, layer, { name: REFERENCE, column: 0, row }))}
    <p class="small key">
      Right: the window where each method does worst, pixel for pixel.<br />
      image · exact matte<br />cut-out · matte
    </p>
    <div></div>`;
}

function methodColumn(
  { methods }: PictureResult,
  method: string,
  column: number,
  images: PictureImages | undefined,
): Html {
  const scores = methods[method];
  const layers = images?.methods.get(method);
  return html`<h4>${method}</h4>
    ${
      images &&
      LAYERS.map((layer, row) =>
        layers ? shot(images, layers, layer, { name: method, column, row }) : html`<p class="small">none</p>`,
      )
    }
    ${images && worstWindow(images, method, column)}
    <dl class="scores">
      ${
        scores &&
        SCORE_COLUMNS.map(
          (score) =>
            html`<div>
              <dt>${score.label}</dt>
              <dd>${formatScore(scores[score.key], score)}</dd>
            </div>`,
        )
      }
    </dl>`;
}

/** An overview picture, which opens the large view. */
function shot(
  { width, height, detailOf }: PictureImages,
  layers: Layers<Encoded>,
  layer: keyof Layers<Encoded>,
  { name, column, row }: { name: string; column: number; row: number },
): Html {
  const caption = column === 0 ? REFERENCE_CAPTIONS[layer] : CAPTIONS[layer];
  const place = detailOf.get(name);
  const position = html`data-name="${name}" data-column="${column}" data-layer="${row}"
  ${place === undefined ? undefined : html`data-place="${place}"`}`;
  return html`<button
    type="button"
    class="shot ${layer === 'cutOut' && column > 0 ? 'cut-out' : ''}"
    ${position}
  >
    <img
      src="${dataUri(layers[layer])}"
      alt="${column === 0 ? caption : `${caption} of ${name}`}"
      width="${width}"
      height="${height}"
      loading="lazy"
      decoding="async"
    />
  </button>`;
}

/** Four tiles of the sheet: what is there, what it should be, and the method's own two. */
function worstWindow(images: PictureImages, method: string, column: number): Html {
  const index = images.detailOf.get(method);
  const place = index === undefined ? undefined : images.details[index];
  if (!place) return html`<p class="small">no error</p>`;
  const tile = (of: number, row: number, label: string): Html => {
    const position = `--sheet:var(--sheet-${index});--columns:${images.methods.size + 1};--column:${of};--row:${row};--width:${place.width};--height:${place.height}`;
    return html`<span
      class="tile ${row === 2 && of > 0 ? 'cut-out' : ''}"
      role="img"
      aria-label="${label}"
      title="${label}"
      style="${position}"
      data-place="${index}"
      data-where="${place.left}, ${place.top}"
      data-width="${place.width}"
      data-height="${place.height}"
    ></span>`;
  };
  return html`<div class="window">
    ${tile(0, 2, 'image')}${tile(0, 0, 'exact matte')}${tile(column, 2, 'cut-out')}${tile(column, 0, 'matte')}
    <span class="small">worst at ${place.left}, ${place.top}</span>
  </div>`;
}

function dataUri(picture: Encoded): string {
  return `data:image/webp;base64,${Buffer.from(picture).toString('base64')}`;
}
