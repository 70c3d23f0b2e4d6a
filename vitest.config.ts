import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';

/** unit: pure code. integration: real ffmpeg, files, worker threads. golden: stored numbers with a tolerance. gpu: only where one is found. */
const project = (name: string, timeoutSeconds: number): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
  },
});

const config: ViteUserConfig = defineConfig({
  test: {
    // Two cores: files in parallel would fight the networks' own threads.
    maxWorkers: 2,
    projects: [project('unit', 20), project('integration', 180), project('golden', 180)],
  },
});

export default config;
