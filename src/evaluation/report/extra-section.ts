import type { Chart } from '../chart.js';
import { html, type Html } from './html.js';
import { plotFigure } from './plots-section.js';

/** Numbers in rows. Text is escaped; numbers are printed as they are given. */
export interface ReportTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A further part of a report: a sweep over trimap widths, flicker over time. */
export interface ReportSection {
  readonly title: string;
  /** A sentence or two above the rest. */
  readonly text?: string;
  readonly content: readonly (Chart | ReportTable)[];
}

export function extraSection({ title, text, content }: ReportSection): Html {
  return html`<section>
    <h2>${title}</h2>
    ${text === undefined ? undefined : html`<p>${text}</p>`}
    ${content.map((part) => ('series' in part ? plotFigure(part) : tableOf(part)))}
  </section>`;
}

function tableOf({ columns, rows }: ReportTable): Html {
  return html`<div class="scroll">
    <table class="sortable">
      <thead>
        <tr>
          ${columns.map(
            (name, i) =>
              html`<th scope="col" class="${alignment(rows[0]?.[i])}">
                <button type="button">${name}</button>
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map(tableCell)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function tableCell(value: string | number): Html {
  return typeof value === 'number'
    ? html`<td class="number" data-value="${value}">${value}</td>`
    : html`<td>${value}</td>`;
}

function alignment(value: string | number | undefined): string {
  return typeof value === 'number' ? 'number' : '';
}
