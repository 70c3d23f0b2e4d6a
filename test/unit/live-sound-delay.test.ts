import { describe, expect, it } from 'vitest';
import { SoundDelay } from '../../src/live/sound-delay.js';
import type { StreamPacket } from '../../src/output/flv-packets.js';

const packet = (time: number): StreamPacket => ({
  ...{ kind: 'audio', config: false, key: true, time },
  data: new Uint8Array(4),
});
const times = (packets: readonly StreamPacket[]): number[] => packets.map(({ time }) => time);

describe('sound on its way to viewers', () => {
  it('waits for its picture, a quarter of a second ahead of it at most', () => {
    const delay = new SoundDelay();
    expect([0, 100, 240, 260, 600].flatMap((time) => times(delay.add(packet(time))))).toEqual([]);
    expect(times(delay.shown(0))).toEqual([0, 100, 240]);
    expect(times(delay.shown(40))).toEqual([260]);
    expect(times(delay.add(packet(280)))).toEqual([]);
    expect(times(delay.shown(400))).toEqual([600, 280]);
    expect(times(delay.add(packet(640)))).toEqual([640]);
  });

  it('keeps the newest ten seconds where pictures do not come', () => {
    const delay = new SoundDelay();
    for (let n = 0; n < 2000; n += 1) delay.add(packet(20 * n));
    const kept = times(delay.shown(1e6));
    expect([kept.length, kept.at(-1)]).toEqual([500, 20 * 1999]);
  });
});
