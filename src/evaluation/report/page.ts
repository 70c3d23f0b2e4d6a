import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { compiledUrl } from '../../core/compiled.js';
import { Html, html } from './html.js';

/** A script of a page, as it stands in the file. */
export type PageScript = string;

/**
 * A page's script, compiled from `web/`.
 *
 * @param name - below `web/`, without its ending: `report/viewer`
 */
export function readScript(name: string): Promise<PageScript> {
  return readFile(compiledUrl(`../../../web/${name}.js`, import.meta.url), 'utf8');
}

/** What surrounds a page's content. */
export interface PageFrame {
  readonly title: string;
  readonly style: string;
  readonly scripts: readonly PageScript[];
  /** Sources that the page may read besides itself, in the terms of Content-Security-Policy. */
  readonly allow: string;
}

/**
 * Everything before the content. The page may run its own scripts and no other: one that came in with a picture's name
 * would stay text twice over.
 */
export function openPage({ title, style, scripts, allow }: PageFrame): Html {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes.join(' ')}; base-uri 'none'; form-action 'none'; ${allow}`;
  const head = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${policy}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="generator" content="matteflow" />
      <link rel="icon" href="data:," />
      <title>${title}</title>
      <style>
        ${new Html(style)}
      </style>
    </head>
  </html>`;
  return new Html(`<!doctype html>${head.text}<body>`);
}

/** Everything after it. */
export function closePage({ scripts }: Pick<PageFrame, 'scripts'>): Html {
  const elements = scripts.map((script) => `<script type="module">${script}</script>`);
  return new Html(`${elements.join('\n')}</body></html>\n`);
}
