import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readSafetensors, type WeightTensor } from '../../src/matting/weights/safetensors.js';

/** The path of a file below fixtures/golden/. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/golden/${name}`, import.meta.url));
}

/** Stored tensors by name. */
export async function goldenTensors(name: string): Promise<(tensor: string) => Float32Array> {
  const { tensors } = readSafetensors(await readFile(goldenPath(name)), name);
  return (tensor) => tensors.get(tensor)!.data;
}

/** Those stored tensors whose names begin with `prefix`, by the rest of their names. */
export async function goldenBelow(name: string, prefix: string): Promise<ReadonlyMap<string, WeightTensor>> {
  const { tensors } = readSafetensors(await readFile(goldenPath(name)), name);
  const below = [...tensors].filter(([tensor]) => tensor.startsWith(prefix));
  return new Map(below.map(([tensor, value]) => [tensor.slice(prefix.length), value]));
}
