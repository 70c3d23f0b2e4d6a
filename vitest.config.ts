import { spawnSync } from 'node:child_process';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';

/** Tests below a folder `media` run ffmpeg and ffprobe from PATH, as users do. */
const MEDIA = 'test/**/media/**/*.test.ts';

const hasFfmpeg = ['ffmpeg', 'ffprobe'].every((tool) => spawnSync(tool, ['-version']).status === 0);
if (!hasFfmpeg) {
  const message = `ffmpeg and ffprobe are not on PATH`;
  if (process.env.MATTEFLOW_NO_SKIP) throw new Error(message);
  console.warn(`${message}: the tests in ${MEDIA} are skipped. Install ffmpeg to run them.`);
}

/**
 * unit: pure code. integration: real files, threads, processes. golden: stored numbers with a tolerance.
 */
const project = (name: string, timeoutSeconds: number): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    exclude: hasFfmpeg ? [] : [MEDIA],
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
