import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../fixtures/random.js';
import { SoundClock, type SoundPiece } from '../../web/viewer/sound-clock.js';

/** Milliseconds of a packet of 1024 samples at 48 kHz. */
const PACKET = 1024 / 48;
/** Of one sample. */
const TICK = 1 / 48;
/** By which the loudspeaker's clock is ahead of the page's. */
const AHEAD = -5000;

/** A packet of sound. @param time - milliseconds, on the pictures' clock */
const piece = (time: number): SoundPiece => ({ time, duration: PACKET, tick: TICK });

/**
 * Where each packet was played beside the pictures around it: pictures are drawn every 40 ms, later than their time by
 * `delayAt` and up to 20 ms of jitter; packets come with rounded times, a quarter of a second ahead.
 */
function play(
  seconds: number,
  delayAt: (time: number) => number,
): {
  off: number[];
  seams: number[];
  durations: number[];
} {
  const clock = new SoundClock();
  const random = seededRandom(5);
  const [off, seams, durations]: [number[], number[], number[]] = [[], [], []];
  let packet = 0;
  let end: number | undefined;
  for (let time = 0; time < 1000 * seconds; time += 40) {
    const now = time + delayAt(time) + random.between(-10, 10);
    clock.shown(time, now);
    for (; packet * PACKET < time + 250; packet += 1) {
      const place = clock.place(piece(Math.round(packet * PACKET)), { now: now + AHEAD, ahead: AHEAD });
      if (!place) continue;
      off.push(place.start - AHEAD - packet * PACKET - delayAt(time));
      durations.push(place.duration);
      if (end !== undefined && Math.abs(place.start - end) > 1e-6) seams.push(packet * PACKET);
      end = place.start + place.duration;
    }
  }
  return { off, seams, durations };
}

describe('the clock that sound is played by', () => {
  it('keeps sound within 40 ms of jittering pictures, without a seam', () => {
    const { off, seams } = play(20, () => 120);
    expect(off.length).toBeGreaterThan(900);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(40);
    expect(seams.length).toBeLessThanOrEqual(1);
  });

  it('comes back to pictures that are a little later from then on, by samples too few to be heard', () => {
    const { off, seams, durations } = play(20, (time) => (time < 10_000 ? 120 : 150));
    expect(seams.length).toBeLessThanOrEqual(1);
    expect(Math.max(...off.slice(-100).map(Math.abs))).toBeLessThan(15);
    for (const duration of durations) {
      expect(duration / TICK).toBeCloseTo(Math.round(duration / TICK), 6);
      expect(Math.abs(duration / PACKET - 1)).toBeLessThan(0.011);
    }
  });

  it('follows pictures that come later from then on, in one jump', () => {
    const { off, seams } = play(20, (time) => (time < 10_000 ? 120 : 220));
    expect(Math.max(...off.slice(-300).map(Math.abs))).toBeLessThan(40);
    expect(seams.length).toBeLessThanOrEqual(5);
  });

  it('knows where the pictures are when it goes on after a pause', () => {
    const clock = new SoundClock();
    for (let time = 0; time < 1000; time += 100) clock.shown(time, time + 120);
    expect(clock.place(piece(1000), { now: 100, ahead: -900 })?.start).toBeCloseTo(220);
    clock.pause();
    clock.shown(1000, 1300);
    expect(clock.place(piece(1010), { now: 100, ahead: -900 })?.start).toBeCloseTo(230);
  });

  it('plays nothing before there is a picture, or that is too late', () => {
    const clock = new SoundClock();
    const at = (now: number) => ({ now, ahead: 1000 });
    expect(clock.place(piece(0), at(1000))).toBeUndefined();
    clock.shown(0, 100);
    expect(clock.place(piece(0), at(1101))).toBeUndefined();
    expect(clock.place(piece(20), at(1101))?.start).toBe(1120);
  });
});
