import type { Evaluation } from '../results.js';
import { html, type Html } from './html.js';
import { formatScore, SCORE_COLUMNS, type ScoreColumn } from './score-columns.js';

/** The means of every method; each column's best is marked, and each can be sorted by. */
export function summarySection({ methods, mean, pictures }: Evaluation): Html {
  return html`<section>
    <h2>Means over ${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'}</h2>
    <div class="scroll">
      <table class="sortable">
        <thead>
          <tr>
            <th scope="col"><button type="button">Method</button></th>
            ${SCORE_COLUMNS.map(
              ({ label, meaning }) =>
                html`<th scope="col" class="number">
                  <button type="button" title="${meaning}">${label}</button>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${methods.map(
            (method) =>
              html`<tr>
                <th scope="row">${method}</th>
                ${SCORE_COLUMNS.map((column) => scoreCell(method, mean, column))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="small">
      Lower is better; the best of a column is marked. Each picture counts alike.
      ${SCORE_COLUMNS.map(({ label, meaning }) => `${label}: ${meaning}`).join('. ')}.
    </p>
  </section>`;
}

function scoreCell(method: string, mean: Evaluation['mean'], column: ScoreColumn): Html {
  const value = mean[method]?.[column.key];
  if (value === undefined) return html`<td class="number" data-value="Infinity">–</td>`;
  const best = Math.min(...Object.values(mean).map((scores) => scores[column.key]));
  const text = formatScore(value, column);
  return text === formatScore(best, column)
    ? html`<td class="number best" data-value="${value}">
        <strong>${text}<span class="unseen"> best</span></strong>
      </td>`
    : html`<td class="number" data-value="${value}">${text}</td>`;
}
