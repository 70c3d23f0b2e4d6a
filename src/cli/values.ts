import { InvalidArgumentError } from 'commander';
import { parseRational, rational, toNumber, type Rational } from '../core/rational.js';

/** A whole number, for commander's option parsers. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number is expected.');
  return Number(text);
}

/** `A:B`, first and last frame, both included. */
export function frameRange(text: string): readonly [number, number] {
  const match = /^(\d+):(\d+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Two frame numbers are expected, such as 1001:1100.');
  return [Number(match[1]), Number(match[2])];
}

/** `1` or `2`. */
export function oneOrTwo(text: string): 1 | 2 {
  if (text !== '1' && text !== '2') throw new InvalidArgumentError('1 or 2 is expected.');
  return text === '1' ? 1 : 2;
}

/** `frame` or a whole number of pixels. */
export function tileSide(text: string): number | 'frame' {
  return text === 'frame' ? 'frame' : wholeNumber(text);
}

/** `1`, `2` or `4`. */
export function stageScale(text: string): 1 | 2 | 4 {
  if (text !== '1' && text !== '2' && text !== '4') throw new InvalidArgumentError('1, 2 or 4 is expected.');
  return Number(text) as 1 | 2 | 4;
}

/** Rates that people write with their decimals, as they are meant. */
const DECIMAL_RATES: Readonly<Record<string, readonly [num: number, den: number]>> = {
  '23.976': [24000, 1001],
  '23.98': [24000, 1001],
  '29.97': [30000, 1001],
  '47.952': [48000, 1001],
  '59.94': [60000, 1001],
  '119.88': [120000, 1001],
};

/** `24`, `30000/1001`, `23.976`: frames a second, exactly. */
export function exactRate(text: string): Rational {
  const known = DECIMAL_RATES[text];
  const rate = known ? rational(...known) : parseRational(text);
  if (rate && toNumber(rate) <= 1000) return rate;
  throw new InvalidArgumentError('A rate up to 1000 is expected, such as 24, 25, 23.976 or 30000/1001.');
}

/** A TCP port, 1 to 65535. */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port < 1 || port > 65535) throw new InvalidArgumentError('A port from 1 to 65535 is expected.');
  return port;
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('A number above 0 is expected.');
  return value;
}

/** A whole number, 1 or more. */
export function positiveWhole(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError('1 or more is expected.');
  return value;
}
