import { readdir, readFile } from 'node:fs/promises';

/**
 * Memory of a process and all below it that is theirs alone, MB of 2²⁰ bytes (Linux): heaps, buffers, stacks. Files that are
 * mapped, programs and libraries, are not in it: the kernel shares and drops them as it likes.
 */
export async function treeMegabytes(pid: number): Promise<number> {
  const pids = await processTree(pid);
  const each = await Promise.all(pids.map(ownKilobytes));
  return each.reduce((sum, kilobytes) => sum + kilobytes, 0) / 1024;
}

async function processTree(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`)));
  const children = lists.flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number));
  return [pid, ...(await Promise.all(children.map(processTree))).flat()];
}

async function ownKilobytes(pid: number): Promise<number> {
  const status = await read(`/proc/${pid}/status`);
  const field = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  return field('RssAnon') + field('RssShmem');
}

/** "" of a process that has ended meanwhile. */
function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
