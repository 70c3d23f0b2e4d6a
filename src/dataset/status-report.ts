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
table { border-collapse: collapse; width: 100%; background: var(--panel); }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; }
td img { display: block; width: 120px; border-radius: 4px; }
.dead td:first-child { border-left: 4px solid #c0392b; }
.retrying td:first-child { border-left: 4px solid #d68910; }
.error { color: var(--quiet); font-size: .85rem; max-width: 60ch; white-space: pre-wrap; }
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
  const rows: Html[] = [];
  for (const [at, clip] of shown.entries()) {
    rows.push(row(clip, at < MOST_PICTURES ? await thumbnailOf(folder, clip) : undefined));
  }
  const frame = { title: 'Data set', style: BASE_STYLE + STYLE, scripts: [], allow: 'img-src data:' };
  const page = html`${openPage(frame)}
    <main>
      <h1>Data set</h1>
      <p><code>${folder.path}</code>${status.began && html`, run of ${status.began}`}</p>
      <p>${summaryOf(status)}</p>
      <table>
        <thead>
          <tr>
            <th></th>
            <th>Clip</th>
            <th>State</th>
            <th class="number">Tries</th>
            <th class="number">Frames</th>
            <th class="number">Seconds</th>
            <th class="number">SAD</th>
            <th class="number">MSE</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      ${clips.length > shown.length ? html`<p>${clips.length - shown.length} more are in results.jsonl.</p>` : undefined}
    </main>
    ${closePage(frame)}`;
  await publishFiles([{ path, content: page.text }], true);
}

/** `3 dead, 21 done of 24 clips`. */
export function summaryOf({ clips, known }: DatasetStatus): string {
  const counts = ORDER.map((state) => [state, known.filter((clip) => clip.state === state).length] as const);
  const found = counts.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`);
  const unseen = clips - known.length;
  return `${[...found, ...(unseen > 0 ? [`${unseen} not looked at yet`] : [])].join(', ')} of ${clips} clips`;
}

function row({ name, state, attempts, error, record }: ClipStatus, picture: string | undefined): Html {
  const number = (value: number | undefined, digits: number): Html =>
    html`<td class="number">${value?.toFixed(digits)}</td>`;
  return html`<tr class="${state}">
    <td>${picture && html`<img src="${picture}" alt="" />`}</td>
    <td>${name}${error && html`<div class="error">${error.message}</div>`}</td>
    <td>${state}</td>
    ${number(attempts, 0)} ${number(record?.frames, 0)} ${number(record?.seconds, 1)}
    ${number(record?.metrics?.sad, 2)} ${number(record?.metrics?.mse, 4)}
  </tr>`;
}

async function thumbnailOf(folder: DatasetFolder, { name, key }: ClipStatus): Promise<string | undefined> {
  if (key === undefined) return undefined;
  const bytes = await readFile(folder.thumbnail(stemOf(name, key))).catch(() => undefined);
  return bytes && `data:image/webp;base64,${bytes.toString('base64')}`;
}
