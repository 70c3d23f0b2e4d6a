import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MatteflowError } from '../../core/errors.js';
import { stageOutput } from '../../output/publish.js';
import type { Evaluation } from '../results.js';
import { BASE_STYLE } from './base-style.js';
import { evaluationCharts } from './evaluation-charts.js';
import { extraSection, type ReportSection } from './extra-section.js';
import { headSection } from './head-section.js';
import { html } from './html.js';
import { closePage, openPage, readScript, type PageFrame } from './page.js';
import { pictureArticle } from './picture-section.js';
import type { ReportPictures } from './pictures.js';
import { picturesHeading } from './pictures-section.js';
import { plotsSection } from './plots-section.js';
import { PLOT_STYLE } from './plot-style.js';
import { REPORT_STYLE } from './style.js';
import { WIDE_STYLE } from './wide-style.js';
import { summarySection } from './summary-section.js';
import { viewerSection } from './viewer-section.js';

/** What a report is made of. */
export interface ReportContent {
  readonly evaluation: Evaluation;
  /** The images of the evaluation's pictures, as far as there are any. */
  readonly pictures: ReportPictures;
  /** Further plots and tables, between the means and the pictures. */
  readonly sections?: readonly ReportSection[];
  /** Default "Matting evaluation". */
  readonly title?: string;
  /** When it was done; default now. */
  readonly date?: Date;
}

const SCRIPTS = ['report/sort-table', 'report/arrange-pictures', 'report/backdrop', 'report/viewer'];

/**
 * Writes a report as one HTML file that needs nothing else: no network, no other file. It appears complete or not at
 * all.
 *
 * @throws MatteflowError `OUTPUT_EXISTS` when something is there and `overwrite` is false; `OUTPUT_UNWRITABLE`
 */
export async function writeReport(
  path: string,
  content: ReportContent,
  { overwrite = false }: { readonly overwrite?: boolean } = {},
): Promise<void> {
  const scripts = await Promise.all(SCRIPTS.map(readScript));
  const staged = await stageOutput(path, { kind: 'file', overwrite });
  try {
    // In pieces: with all its images the file may be longer than a string can be.
    await pipeline(Readable.from(pieces(content, scripts)), createWriteStream(staged.temporary));
    await staged.publish();
  } catch (error) {
    throw isSystemError(error) ? unwritable(path, error) : error;
  } finally {
    await staged.discard();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function unwritable(path: string, cause: NodeJS.ErrnoException): MatteflowError {
  return new MatteflowError('OUTPUT_UNWRITABLE', {
    what: 'the report cannot be written',
    seen: cause.code,
    remedy: 'Choose a folder that you may write to, on a disk with room',
    subject: path,
    cause,
  });
}

function* pieces(content: ReportContent, scripts: readonly string[]): Generator<string> {
  const { evaluation, pictures, sections = [], title = 'Matting evaluation', date = new Date() } = content;
  const frame: PageFrame = {
    title,
    style: BASE_STYLE + WIDE_STYLE + PLOT_STYLE + REPORT_STYLE,
    scripts,
    allow: 'img-src data:',
  };
  yield openPage(frame).text;
  yield '<main>';
  yield headSection(evaluation, { title, date }).text;
  yield summarySection(evaluation).text;
  yield plotsSection('Plots', evaluationCharts(evaluation)).text;
  for (const section of sections) yield extraSection(section).text;
  yield `<section>${picturesHeading(evaluation, pictures).text}<div id="pictures">`;
  for (const picture of evaluation.pictures) {
    yield pictureArticle(picture, evaluation.methods, pictures.imagesOf(picture.name)).text;
  }
  yield '</div></section></main>';
  yield html`${viewerSection()}${closePage(frame)}`.text;
}
