import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** From dist/bench/peers: the script is not compiled, so it stays where it was written. */
const SCRIPT = fileURLToPath(new URL('../../../bench/peers/dim_torch.py', import.meta.url));

/** The one on PATH first; a system's own may have packages that it lacks. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** How PyTorch runs the network: the memory layout of its maps, or traced and optimised for inference. */
export const TORCH_VARIANTS = ['contiguous', 'channels_last', 'frozen'] as const;
export type TorchVariant = (typeof TORCH_VARIANTS)[number];

/** A Python process that holds the network; it computes only while it is asked to. */
export interface TorchProcess {
  /** PyTorch's version. */
  readonly version: string;
  /** @param path - float32 (1, 4, height, width) */
  setInput(path: string, height: number, width: number): Promise<void>;
  /** Both stages; writes alpha to `output`, float32 (height, width). Returns seconds, measured over there. */
  run(variant: TorchVariant, output: string): Promise<number>;
  close(): void;
}

/** The first Python that has PyTorch and NumPy. */
export function findTorch(): string | undefined {
  return PYTHONS.find((python) => spawnSync(python, ['-c', 'import numpy, torch']).status === 0);
}

/**
 * Starts the PyTorch twin of `dim` on these weights.
 *
 * @throws Error when Python ends early; what it had to say went to stderr
 */
export async function startTorch(python: string, weights: string, threads: number): Promise<TorchProcess> {
  const child = spawn(python, [SCRIPT, weights, String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the PyTorch process ended with ${code}`)));
  });
  // It also ends when nobody is waiting for an answer.
  failed.catch(() => undefined);
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<Readonly<Record<string, unknown>>> => {
    const line = await Promise.race([answers.next(), failed]);
    // An end without an answer is a process that has closed its output: why is about to be known.
    if (line.done) return failed;
    return JSON.parse(line.value) as Readonly<Record<string, unknown>>;
  };
  const ask = (command: object): ReturnType<typeof answer> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    return answer();
  };
  const { torch } = await answer();
  return {
    version: String(torch),
    setInput: async (input, height, width) => {
      await ask({ input, height, width });
    },
    run: async (variant, output) => Number((await ask({ run: variant, output })).seconds),
    close: () => child.stdin.end(),
  };
}
