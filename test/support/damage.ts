import { open } from 'node:fs/promises';
import { plainFfprobe } from './lavfi.js';

/** Overwrites the middle of some video packets of a file, counted from 0 in the file's order. */
export async function damagePackets(path: string, numbers: readonly number[]): Promise<void> {
  const listing = await plainFfprobe(
    ...['-select_streams', 'v:0', '-show_entries', 'packet=pos,size', '-of', 'csv=p=0', path],
  );
  const packets = listing.trim().split('\n');
  const file = await open(path, 'r+');
  try {
    for (const number of numbers) {
      const [size, position] = packets[number]!.split(',').map(Number) as [number, number];
      const middle = Buffer.alloc(Math.ceil(size / 2), 0x5a);
      await file.write(middle, 0, middle.length, position + Math.floor(size / 4));
    }
  } finally {
    await file.close();
  }
}
