import { readdir, readFile } from 'node:fs/promises';

/** Process ids of running ffmpeg processes whose command line mentions `text` (Linux). */
export async function ffmpegProcesses(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const words = line.split('\0');
    if (words[0]?.endsWith('ffmpeg') && line.includes(text)) found.push(Number(entry));
  }
  return found;
}

/** Waits until `condition` holds; false when it still does not after `seconds`. */
export async function within(seconds: number, condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + 1000 * seconds;
  while (performance.now() < deadline) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return condition();
}

/** Process ids of a process's children (Linux). */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
