import { readdir, readFile } from 'node:fs/promises';
import { compiledUrl } from '../core/compiled.js';
import { studioPage } from './studio-page.js';

/** What is sent as it is, by path: the page and its scripts. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly content: string }>;

/** Reads the page's scripts, compiled from `web/studio`. */
export async function readPageFiles(): Promise<PageFiles> {
  const folder = compiledUrl('../../web/studio/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const scripts = names.map(async (name) => {
    const content = await readFile(new URL(name, folder), 'utf8');
    return [`/page/${name}`, { type: 'text/javascript; charset=utf-8', content }] as const;
  });
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', content: studioPage() }],
    ...(await Promise.all(scripts)),
  ]);
}
