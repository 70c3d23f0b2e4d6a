import { readFile } from 'node:fs/promises';
import { publishFiles } from '../output/publish-files.js';
import { BASE_STYLE } from '../evaluation/report/base-style.js';
import { html, type Html } from '../evaluation/report/html.js';
import { closePage, openPage } from '../evaluation/report/page.js';
import { stemOf } from './clip-key.js';
import type { DatasetFolder } from './dataset-folder.js';
import type { ClipState, ClipStatus, DatasetStatus } from './status.js';

/** Failures first: they are what a person has to do something about. */
const ORDER: readonly ClipState[] = ['dead', 'retrying', 'running', 'waiting', 'done'];

/** Thumbnails on a page at most, about 4 kB each; clips in its table at most. */
const MOST_PICTURES = 1000;
const MOST_CLIPS = 20_000;

const STYLE = `
main { max-width: 1200px; margin: 0 auto; padding: 1.5rem; }
h2 { margin-top: 1.75rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0; list-style: none; }
.counts li { border-left: 4px solid var(--line); background: var(--panel); padding: .3rem .8rem; }
.counts b { font-size: 1.25rem; }
table { border-collapse: collapse; width: 100%; background: var(--panel); }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.clip { white-space: normal; width: 100%; border-left: 4px solid var(--line); }
td.number, th.number { text-align: right; }
.error { font-size: .85rem; max-width: 90ch; white-space: pre-wrap; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
figure img, .blank { display: block; width: 100%; height: 130px; object-fit: contain; background: var(--hatch); }
figcaption { padding: .4rem .6rem; font-size: .9rem; }
.counts .dead, .dead td.clip { border-left-color: #c0392b; }
.counts .retrying, .retrying td.clip { border-left-color: #d68910; }
.counts .running, .running td.clip { border-left-color: var(--accent); }
.counts .done { border-left-color: #2e8b57; }
`;

/**
 * Writes how a data set stands as one HTML file that needs no other. One that is there is replaced.
 *
 * @throws `OUTPUT_UNWRITABLE`
 */
export async function writeStatusReport(
  path: string,
  folder: DatasetFolder,
  status: DatasetStatus,
): Promise<void> {
  const clips = [...status.known].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const shown = clips.slice(0, MOST_CLIPS);
  const open = shown.filter(({ state }) => state !== 'done');
  const figures: Html[] = [];
  for (const clip of shown.filter(({ state }) => state === 'done')) {
    figures.push(
      figureOf(clip, figures.length < MOST_PICTURES ? await thumbnailOf(folder, clip) : undefined),
    );
  }
  const frame = { title: 'Data set', style: BASE_STYLE + STYLE, scripts: [], allow: 'img-src data:' };
  const page = html`${openPage(frame)}
    <main>
      <h1>Data set</h1>
      <p><code>${folder.path}</code>${status.began && html`, run of ${readable(status.began)}`}</p>
      <ul class="counts">
        ${countsOf(status).map(([what, count]) => html`<li class="${what}"><b>${count}</b> ${what}</li>`)}
      </ul>
      ${
        open.length > 0
          ? html`<table>
              <thead>
                <tr>
                  <th>Clip</th>
                  <th>State</th>
                  <th class="number">Tries</th>
                </tr>
              </thead>
              <tbody>
                ${open.map(row)}
              </tbody>
            </table>`
          : undefined
      }
      ${
        figures.length > 0
          ? html`<h2>Done</h2>
              <div class="grid">${figures}</div>`
          : undefined
      }
      ${clips.length > shown.length ? html`<p>${clips.length - shown.length} more are in results.jsonl.</p>` : undefined}
    </main>
    ${closePage(frame)}`;
  await publishFiles([{ path, content: page.text }], true);
}

/** `3 dead, 21 done of 24 clips`. */
export function summaryOf(status: DatasetStatus): string {
  const counts = countsOf(status).map(([what, count]) => `${count} ${what}`);
  return `${counts.join(', ')} of ${status.clips} clips`;
}

/** What there is any of, failures first. */
function countsOf({ clips, known }: DatasetStatus): [what: string, count: number][] {
  const counts = ORDER.map((state): [string, number] => [
    state,
    known.filter((clip) => clip.state === state).length,
  ]);
  return [...counts, ['not looked at yet', clips - known.length] as [string, number]].filter(
    ([, count]) => count > 0,
  );
}

function row({ name, state, attempts, error }: ClipStatus): Html {
  return html`<tr class="${state}">
    <td class="clip">${name}${error && html`<div class="error">${error.message}</div>`}</td>
    <td>${state}</td>
    <td class="number">${attempts}</td>
  </tr>`;
}

function figureOf({ name, record }: ClipStatus, picture: string | undefined): Html {
  const facts = [
    record && `${record.frames} frames`,
    record?.seconds !== undefined && `${record.seconds.toFixed(1)} s`,
    record?.metrics && `SAD ${record.metrics.sad.toFixed(2)}, MSE ${record.metrics.mse.toFixed(4)}`,
  ].filter(Boolean);
  return html`<figure>
    ${picture ? html`<img src="${picture}" alt="" loading="lazy" />` : html`<div class="blank"></div>`}
    <figcaption>
      ${name}
      <div class="small">${facts.join(', ')}</div>
    </figcaption>
  </figure>`;
}

/** `2026-09-21 14:13 UTC` of ISO 8601. */
function readable(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

async function thumbnailOf(folder: DatasetFolder, { name, key }: ClipStatus): Promise<string | undefined> {
  if (key === undefined) return undefined;
  const bytes = await readFile(folder.thumbnail(stemOf(name, key))).catch(() => undefined);
  return bytes && `data:image/webp;base64,${bytes.toString('base64')}`;
}
