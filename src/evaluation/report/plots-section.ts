import type { Chart } from '../chart.js';
import { plotSvg } from '../plot.js';
import { Html, html } from './html.js';

/** Plots beside each other, the first over the whole width. */
export function plotsSection(title: string, charts: readonly Chart[]): Html {
  return html`<section>
    <h2>${title}</h2>
    <div class="plots">${charts.map(plotFigure)}</div>
  </section>`;
}

/** A plot that says its data's name to those who cannot see it. */
export function plotFigure(chart: Chart): Html {
  return html`<figure class="plot" role="img" aria-label="${chart.title}">
    ${new Html(plotSvg(chart))}
  </figure>`;
}
