import { readFile } from 'node:fs/promises';
import { MatteflowError } from '../core/errors.js';

/**
 * Cores of this process's own for each worker.
 *
 * @param each - cores a worker
 * @returns the system's numbers of the cores, a list for each worker
 * @throws `USAGE` when there are too few, or the system is not Linux
 */
export async function coreShares(workers: number, each: number): Promise<readonly (readonly number[])[]> {
  const allowed = parseCores(await readFile('/proc/self/status', 'utf8').catch(() => ''));
  if (each >= 1 && workers * each <= allowed.length) {
    return Array.from({ length: workers }, (_, at) => allowed.slice(at * each, (at + 1) * each));
  }
  throw new MatteflowError('USAGE', {
    what: 'workers cannot be held to cores of their own',
    seen: allowed.length === 0 ? 'a system that is not Linux' : `${allowed.length} cores`,
    expected: `${workers} workers × ${each}`,
    remedy: 'Start fewer workers, or leave --pin out',
  });
}

/** `Cpus_allowed_list:	0-3,8` as numbers. */
function parseCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
  return list
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}
