import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers } from '../support/matting-frames.js';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const [WIDTH, HEIGHT] = [2048, 1536];
/** Bytes of data a process may have: what the whole picture at once needs is twice that. */
const LIMIT = 1.6e9;

describe('a machine with too little memory for a whole picture', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matteflow-memory-'));
    const random = randomNumbers(9);
    const noise = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, () => 256 * random());
    const trimap = new Uint8Array(WIDTH * HEIGHT).fill(128).fill(255, 0, WIDTH * 100);
    await sharp(noise, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toFile(
      join(folder, 'noise.png'),
    );
    await sharp(trimap, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).toFile(
      join(folder, 'trimap.png'),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The matte, and what was said on stderr. */
  async function matted(name: string, command: readonly string[]): Promise<{ alpha: Buffer; said: string }> {
    const output = join(folder, name);
    const [program, ...args] = [
      ...[...command, process.execPath, MAIN, 'image', join(folder, 'noise.png')],
      ...['--trimap', join(folder, 'trimap.png'), '--matte', '-o', output],
      ...['--tile', 'frame', '--scale', '1', '--threads', '1', '--prior', 'quarter'],
    ];
    const { stderr } = await promisify(execFile)(program!, args);
    return { alpha: await sharp(output).raw({ depth: 'uchar' }).toBuffer(), said: stderr };
  }

  it('mattes it in smaller pieces, and says so', async () => {
    const whole = await matted('whole.png', []);
    expect(whole.said).not.toContain('smaller pieces');
    const pieces = await matted('pieces.png', ['prlimit', `--data=${LIMIT}`]);
    expect(pieces.said).toContain('stage1 goes on in smaller pieces');
    let difference = 0;
    pieces.alpha.forEach((value, at) => (difference += Math.abs(value - whole.alpha[at]!) / 255));
    expect(difference / pieces.alpha.length).toBeLessThan(0.01);
  });
});
