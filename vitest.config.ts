import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';

/** Tests below a folder `media` run ffmpeg and ffprobe from PATH, as users do. */
const MEDIA = ['test/integration/media', 'test/golden/media'];

const hasFfmpeg = ['ffmpeg', 'ffprobe'].every((tool) => spawnSync(tool, ['-version']).status === 0);
if (!hasFfmpeg) {
  if (process.env.MATTEFLOW_NO_SKIP) throw new Error('ffmpeg and ffprobe are not on PATH');
  const names = MEDIA.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith('.test.ts'));
  console.warn(`ffmpeg and ffprobe are not on PATH, so these are skipped: ${names.join(', ')}`);
}

/** Tests below this folder run the engines on a GPU: SwiftShader's, of Debian's chromium, which needs libvulkan1. */
const GPU = 'test/integration/gpu';
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

const hasSwiftShader =
  existsSync(SWIFTSHADER) && String(spawnSync('/sbin/ldconfig', ['-p']).stdout).includes('libvulkan.so.1');
if (!hasSwiftShader) {
  const lacking = "SwiftShader is not there (Debian's packages chromium and libvulkan1)";
  if (process.env.MATTEFLOW_NO_SKIP) throw new Error(lacking);
  console.warn(`${lacking}, so these are skipped: ${readdirSync(GPU).join(', ')}`);
}

/**
 * unit: pure code. integration: real files, threads, processes. golden: stored numbers with a tolerance.
 * gpu: the part of integration that sees a GPU; Vulkan's loader reads its driver's place from the environment.
 */
const project = (name: string, timeoutSeconds: number): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    exclude: [...(hasFfmpeg ? [] : MEDIA), GPU].map((folder) => `${folder}/**`),
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
  },
});

const gpu: TestProjectInlineConfiguration = {
  test: {
    name: 'gpu',
    include: hasSwiftShader ? [`${GPU}/**/*.test.ts`] : [],
    env: { VK_ICD_FILENAMES: SWIFTSHADER },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
};

const config: ViteUserConfig = defineConfig({
  test: {
    // Two cores: more files at once would fight the networks' own threads.
    maxWorkers: 2,
    projects: [project('unit', 60), project('integration', 300), project('golden', 300), gpu],
  },
});

export default config;
