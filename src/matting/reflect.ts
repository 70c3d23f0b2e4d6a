/**
 * Where a coordinate outside an axis of `size` samples is read: mirrored at the edge sample without repeating it
 * (numpy's `reflect`), back and forth when the padding is longer than the axis; one sample is repeated.
 */
export function reflectIndex(position: number, size: number): number {
  const at = position < 0 ? -position : position;
  if (at < size) return at;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const phase = at % period;
  return phase < size ? phase : period - phase;
}
