import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ffmpegArguments } from '../../src/ffmpeg/process.js';

describe('ffmpegArguments', () => {
  it('keeps every token whole and every name a path', () => {
    const args = ffmpegArguments({
      globalOptions: ['-xerror'],
      inputs: [
        { source: 'pipe', options: ['-f', 'nut'] },
        { source: '-y', options: ['-ss', '1.5'] },
        { source: { verbatim: 'color=red' }, options: ['-f', 'lavfi'] },
      ],
      outputs: [
        { target: 'concat:a|b.mov', options: ['-an', '-metadata', 'title=one two'] },
        { target: 'pipe', options: ['-f', 'null'] },
      ],
    });
    expect(args).toEqual([
      ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error', '-y', '-xerror'],
      ...[
        '-f',
        'nut',
        '-i',
        'pipe:0',
        '-ss',
        '1.5',
        '-i',
        `file:${resolve('-y')}`,
        '-f',
        'lavfi',
        '-i',
        'color=red',
      ],
      ...['-an', '-metadata', 'title=one two', `file:${resolve('concat:a|b.mov')}`, '-f', 'null', 'pipe:1'],
    ]);
  });

  it('takes options of any number, one with a space excepted', () => {
    const job = (options: string[]) => ({ inputs: [], outputs: [{ target: 'a', options }] });
    expect(ffmpegArguments(job([])).at(-2)).toBe('-y');
    expect(ffmpegArguments(job(['-an'])).slice(-2, -1)).toEqual(['-an']);
    expect(() => ffmpegArguments(job(['-metadata title=a']))).toThrow(/two tokens/);
  });
});
