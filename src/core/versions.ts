import { readFile } from 'node:fs/promises';

/** What a matte was made with. */
export interface Versions {
  readonly matteflow: string;
  readonly node: string;
  readonly ffmpeg: string;
}

/** The package's own description, from src/ and from dist/src/ alike. */
const PACKAGE = new URL(
  import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json',
  import.meta.url,
);

/** @param ffmpeg - as it names itself */
export async function versionsWith(ffmpeg: string): Promise<Versions> {
  const { version } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { version: string };
  return { matteflow: version, node: process.versions.node, ffmpeg };
}
