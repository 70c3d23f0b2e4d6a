import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';

/** Tests below a folder `media` run ffmpeg and ffprobe from PATH, as users do. */
const MEDIA = ['test/integration/media', 'test/golden/media'];

const hasFfmpeg = ['ffmpeg', 'ffprobe'].every((tool) => spawnSync(tool, ['-version']).status === 0);
if (!hasFfmpeg) {
  if (process.env.MATTEFLOW_NO_SKIP) throw new Error('ffmpeg and ffprobe are not on PATH');
  const names = MEDIA.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith('.test.ts'));
  console.warn(`ffmpeg and ffprobe are not on PATH, so these are skipped: ${names.join(', ')}`);
}

/**
 * unit: pure code. integration: real files, threads, processes. golden: stored numbers with a tolerance.
 */
const project = (name: string, timeoutSeconds: number): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    exclude: hasFfmpeg ? [] : MEDIA.map((folder) => `${folder}/**`),
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
  },
});

const config: ViteUserConfig = defineConfig({
  test: {
    // Two cores: more files at once would fight the networks' own threads.
    maxWorkers: 2,
    projects: [project('unit', 60), project('integration', 300), project('golden', 300)],
  },
});

export default config;
