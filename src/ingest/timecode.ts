import { toNumber, type Rational } from '../core/rational.js';

/** Frame numbers that drop-frame timecode leaves out a minute, for 30 nominal frames a second. */
const DROPPED = 2;

/**
 * The timecode some frames later (SMPTE ST 12-1). In drop-frame ("01:00:00;00") the first two frame numbers of every
 * minute that is no multiple of ten do not exist (four at 60 frames a second).
 *
 * @returns undefined for what is no timecode
 */
export function shiftTimecode(timecode: string, frames: number, frameRate: Rational): string | undefined {
  const match = /^(\d\d):(\d\d):(\d\d)([:;.])(\d\d+)$/.exec(timecode);
  if (!match) return undefined;
  const [hours, minutes, seconds, frame] = [1, 2, 3, 5].map((group) => Number(match[group])) as [
    number,
    number,
    number,
    number,
  ];
  const separator = match[4]!;
  const rate = Math.round(toNumber(frameRate));
  const dropped = separator === ':' ? 0 : DROPPED * Math.round(rate / 30);
  const minute = 60 * hours + minutes;
  const label = (60 * minute + seconds) * rate + frame;
  const count = label - dropped * (minute - Math.floor(minute / 10)) + frames;
  return format(withDropped(count, rate, dropped), rate, separator);
}

/** A count of real frames as one of labels, those that drop-frame skips included. */
function withDropped(count: number, rate: number, dropped: number): number {
  if (dropped === 0) return count;
  const aMinute = 60 * rate - dropped;
  const tenMinutes = 10 * aMinute + dropped;
  const tens = Math.floor(count / tenMinutes);
  const rest = count % tenMinutes;
  const minutes = rest < 60 * rate ? 0 : 1 + Math.floor((rest - 60 * rate) / aMinute);
  return count + dropped * (9 * tens + minutes);
}

function format(label: number, rate: number, separator: string): string {
  const seconds = Math.floor(label / rate);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return `${clock.join(':')}${separator}${two(label % rate)}`;
}
