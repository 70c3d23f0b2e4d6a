/**
 * The compiled twin of a module, for worker threads: Node cannot run TypeScript, so from a source file (under vitest)
 * `./x.js` means the file of that name below dist/, which `npm run build` has made.
 *
 * @param specifier - relative to `base`, ending in .js
 * @param base - the caller's `import.meta.url`
 */
export function compiledUrl(specifier: string, base: string): URL {
  const url = new URL(specifier, base);
  if (!base.endsWith('.ts')) return url;
  const root = new URL('../../', import.meta.url).href;
  return new URL(url.href.replace(root, `${root}dist/`));
}
