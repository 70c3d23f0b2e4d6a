import type { FrameReport, RunReport } from '../../pipeline/run-report.js';
import { isSpread, worthALook } from '../../pipeline/worth-a-look.js';
import { BASE_STYLE } from '../report/base-style.js';
import { factsList } from '../report/facts-list.js';
import { html, type Html } from '../report/html.js';
import { closePage, openPage } from '../report/page.js';
import { PLOT_STYLE } from '../report/plot-style.js';
import { plotsSection } from '../report/plots-section.js';
import { WIDE_STYLE } from '../report/wide-style.js';
import { frameSheet } from './frame-sheet.js';
import { qcCharts } from './qc-charts.js';
import { QC_STYLE } from './qc-style.js';

/** A run's report with the name of what was made. */
export interface QcReport extends RunReport {
  readonly title: string;
}

/** A page that needs no other file: the frames worth a look, numbers over time, a contact sheet, settings. */
export function qcPage(report: QcReport): string {
  const { title, frames, pictures, settings } = report;
  const { unsure, flickering, cuts } = worthALook(frames.filter(({ index }) => pictures.has(index)));
  const spread = frames.map(({ index }) => index).filter((index) => isSpread(index, frames.length));
  const style = BASE_STYLE + WIDE_STYLE + PLOT_STYLE + QC_STYLE;
  const frame = { title: `QC of ${title}`, style, scripts: [], allow: 'img-src data:' };
  const page = html`${openPage(frame)}
    <main>
      <h1>${title}</h1>
      ${factsSection(report)}
      ${frameSheet(
        'Flickering most',
        'Where alpha changes most along the motion since the frame before. Real changes count too: look at both frames.',
        flickering,
        report,
      )}
      ${frameSheet(
        'Least sure',
        'Where the trimap is least certain. A keyframe painted here helps most.',
        unsure,
        report,
      )}
      ${frameSheet('Cuts', 'Frames that begin another shot.', cuts, report)}
      ${plotsSection('Over time', qcCharts(frames))}
      ${frameSheet('Contact sheet', 'Frames spread evenly over the run.', spread, report)}
      ${settingsSection(settings)}
    </main>
    ${closePage(frame)}`;
  return page.text;
}

/** The run in numbers. */
function factsSection({ frameCount, frames }: RunReport): Html {
  const held = frames.filter((frame) => frame.held).map(({ number }) => number);
  const known =
    frames.length === frameCount ? '' : `, ${frameCount - frames.length} of them with nothing known`;
  const facts: readonly (readonly [name: string, value: string | number])[] = [
    ['frames', `${frameCount}${known}`],
    ['mean flicker', meanOf(frames, ({ flicker }) => flicker)],
    ['mean confidence', meanOf(frames, ({ confidence }) => confidence)],
    ['mean unknown region, percent', meanOf(frames, ({ unknown }) => 100 * unknown)],
    ['cuts', frames.filter(({ cut }) => cut).length],
    ...(held.length > 0 ? [['damaged frames', held.join(', ')] as const] : []),
  ];
  return factsList(facts);
}

function settingsSection(settings: RunReport['settings']): Html {
  return html`<section>
    <h2>Settings</h2>
    <p class="small">Files are known by the SHA-256 of what they hold.</p>
    <table>
      <tbody>
        ${Object.entries(settings).map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td><code>${value}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** In four digits; a dash where no frame has the value. */
function meanOf(frames: readonly FrameReport[], valueOf: (frame: FrameReport) => number | undefined): string {
  const values = frames.flatMap((frame) => valueOf(frame) ?? []);
  if (values.length === 0) return '–';
  return (values.reduce((sum, value) => sum + value, 0) / values.length).toPrecision(4);
}
