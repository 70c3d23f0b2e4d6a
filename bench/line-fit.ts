/** A straight line through points. */
export interface LineFit {
  readonly slope: number;
  /** One standard deviation of the slope, were the points' distances from the line independent. */
  readonly error: number;
}

/** The line of least squares. @param points - x and y, two at least, not all of one x; the slope's error takes three */
export function fitLine(points: readonly (readonly [number, number])[]): LineFit {
  const count = points.length;
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / count;
  const [centreX, centreY] = [mean(0), mean(1)];
  let [xx, xy] = [0, 0];
  for (const [x, y] of points) {
    xx += (x - centreX) ** 2;
    xy += (x - centreX) * (y - centreY);
  }
  const slope = xy / xx;
  const rest = points.reduce((sum, [x, y]) => sum + (y - centreY - slope * (x - centreX)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (count - 2) / xx) };
}
