/**
 * Where a coordinate past the end of an axis of `size` samples is read: mirrored at the edge sample without repeating it
 * (numpy's `reflect`), back and forth when the padding is longer than the axis; one sample is repeated.
 *
 * @param position - from 0
 */
export function reflectIndex(position: number, size: number): number {
  if (position < size) return position;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const phase = position % period;
  return phase < size ? phase : period - phase;
}
