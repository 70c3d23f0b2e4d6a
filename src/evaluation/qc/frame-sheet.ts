import type { FramePictures, FrameReport, RunReport } from '../../pipeline/run-report.js';
import { html, type Html } from '../report/html.js';

/** The shown pictures of a frame, in their order, and what they are called. */
const PICTURES: readonly (readonly [name: keyof FramePictures, label: string])[] = [
  ['source', 'source'],
  ['alpha', 'alpha'],
  ['cutOut', 'subject over a checkerboard'],
];

/** Some frames of a run, each as its pictures and what is known of it. Nothing where there are none. */
export function frameSheet(
  title: string,
  note: string,
  indices: readonly number[],
  { frames, pictures }: Pick<RunReport, 'frames' | 'pictures'>,
): Html | undefined {
  const reports = new Map(frames.map((frame) => [frame.index, frame]));
  const figures = indices.flatMap((index) => {
    const [report, shown] = [reports.get(index), pictures.get(index)];
    return report && shown ? [figure(report, shown)] : [];
  });
  if (figures.length === 0) return undefined;
  return html`<section>
    <h2>${title}</h2>
    <p class="small">${note}</p>
    <div class="sheet">${figures}</div>
  </section>`;
}

function figure(report: FrameReport, shown: FramePictures): Html {
  return html`<figure>
    <div class="pictures">
      ${PICTURES.map(
        ([name, label]) =>
          html`<img src="data:image/webp;base64,${shown[name]}" alt="frame ${report.number}, ${label}" />`,
      )}
    </div>
    <figcaption>Frame ${report.number} <span class="small">${factsOf(report).join(', ')}</span></figcaption>
  </figure>`;
}

function factsOf({ flicker, confidence, unknown, cut, held }: FrameReport): string[] {
  return [
    ...(flicker === undefined ? [] : [`flicker ${flicker.toFixed(4)}`]),
    `confidence ${confidence.toFixed(2)}`,
    `unknown ${(100 * unknown).toFixed(1)} %`,
    ...(cut ? ['begins a shot'] : []),
    ...(held ? ['damaged: shows the frame before'] : []),
  ];
}
