import { html, type Html } from './html.js';

/** Names and values side by side, as many in a line as fit. */
export function factsList(facts: readonly (readonly [name: string, value: Html | string | number])[]): Html {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
