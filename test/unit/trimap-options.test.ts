import { describe, expect, it } from 'vitest';
import { trimapChoice, type TrimapOptions } from '../../src/pipeline/trimap-options.js';

describe('the source of trimaps', () => {
  it.each([
    [{ trimaps: 'a' }, { kind: 'painted', path: 'a' }],
    [{ masks: 'a' }, { kind: 'masks', path: 'a', reach: { erode: 8, dilate: 8 } }],
    [
      { masks: 'a', erode: 0 },
      { kind: 'masks', path: 'a', reach: { erode: 0, dilate: 8 } },
    ],
    [
      { plate: 'a', dilate: 2 },
      { kind: 'plate', path: 'a', reach: { erode: 0, dilate: 2 } },
    ],
    [
      { autoTrimap: true, trimapModel: 'a' },
      { kind: 'network', path: 'a', reach: { erode: 4, dilate: 4 } },
    ],
  ] satisfies [TrimapOptions, unknown][])('%j', (options, expected) => {
    expect(trimapChoice(options)).toEqual(expected);
  });

  it.each([
    [{}, /--trimaps, --masks, --plate, --auto-trimap/],
    [{ masks: 'a', plate: 'b' }, /--masks and --plate/],
    [{ autoTrimap: true }, /matteflow train trimap-unet/],
    [{ trimaps: 'a', trimapModel: 'b' }, /--auto-trimap/],
    [{ trimaps: 'a', erode: 3 }, /as they are/],
    [{ masks: 'a', dilate: -1 }, /0 to 1000/],
  ] satisfies [TrimapOptions, RegExp][])('refuses %j', (options, message) => {
    expect(() => trimapChoice(options)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => trimapChoice(options)).toThrow(message);
  });
});
