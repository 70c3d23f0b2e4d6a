import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readSafetensors } from '../../src/matting/weights/safetensors.js';

/** The path of a file below fixtures/golden/. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/golden/${name}`, import.meta.url));
}

/** Stored tensors by name. */
export async function goldenTensors(name: string): Promise<(tensor: string) => Float32Array> {
  const { tensors } = readSafetensors(await readFile(goldenPath(name)), name);
  return (tensor) => tensors.get(tensor)!.data;
}
