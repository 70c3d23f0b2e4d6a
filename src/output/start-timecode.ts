import { MatteflowError } from '../core/errors.js';
import { toNumber, type Rational } from '../core/rational.js';

/**
 * Holds a timecode a person gave to what SMPTE ST 12-1 allows at this rate.
 *
 * @param timecode - "01:00:00:00"; ";" before the frames for drop-frame, which only 29.97 and 59.94 have
 * @throws MatteflowError `USAGE`
 */
export function checkTimecode(timecode: string, frameRate: Rational): string {
  const [, hours, minutes, seconds, separator, frames] =
    /^(\d\d):(\d\d):(\d\d)([:;])(\d\d)$/.exec(timecode) ?? [];
  const rate = Math.round(toNumber(frameRate));
  const inside = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60 && Number(frames) < rate;
  if (!inside) fail(timecode, `HH:MM:SS:FF below 24:00:00:00, with ${rate} frames a second`);
  if (separator === ':') return timecode;
  if (frameRate.den !== 1001 || rate % 30 !== 0) {
    fail(timecode, 'a colon before the frames: drop-frame counts at 29.97 and 59.94 frames a second');
  }
  const left = (2 * rate) / 30;
  if (Number(seconds) === 0 && Number(frames) < left && Number(minutes) % 10 !== 0) {
    fail(timecode, `a timecode that drop-frame has: ;${String(left).padStart(2, '0')} begins this minute`);
  }
  return timecode;
}

function fail(seen: string, expected: string): never {
  throw new MatteflowError('USAGE', { what: 'the timecode cannot be used', seen, expected });
}
