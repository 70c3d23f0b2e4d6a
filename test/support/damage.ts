import { open } from 'node:fs/promises';
import { plainFfprobe } from './lavfi.js';

/** Overwrites the middle or the first bytes of some video packets of a file, counted from 0 in the file's order. */
export async function damagePackets(
  path: string,
  numbers: readonly number[],
  where: 'middle' | 'start' = 'middle',
): Promise<void> {
  const listing = await plainFfprobe(
    ...['-select_streams', 'v:0', '-show_entries', 'packet=pos,size', '-of', 'csv=p=0', path],
  );
  const packets = listing.trim().split('\n');
  const file = await open(path, 'r+');
  try {
    for (const number of numbers) {
      const [size, position] = packets[number]!.split(',').map(Number) as [number, number];
      const length = where === 'middle' ? Math.ceil(size / 2) : 16;
      const start = where === 'middle' ? Math.floor(size / 4) : 0;
      await file.write(Buffer.alloc(length, 0x5a), 0, length, position + start);
    }
  } finally {
    await file.close();
  }
}
