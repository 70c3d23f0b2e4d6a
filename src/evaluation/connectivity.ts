/** Both mattes are cut at 0.1, 0.2, … 1. */
const STEPS = 10;
/** A pixel's excess over its connected level counts from here on. */
const NOTICEABLE = 0.15;

/**
 * The connectivity error of Rhemann et al., *A Perceptually Motivated Online Benchmark for Image Matting* (CVPR 2009),
 * §4: Σ |φ(predicted) − φ(truth)| over the unknown region, in thousands.
 *
 * The source region Ω(t) is the largest 4-connected component of the pixels where *both* mattes reach t. A pixel's
 * level l is the highest t up to which it stays in Ω without a break. With d = α − l, φ = 1 − d where d ≥ 0.15
 * and 1 below: a pixel that is opaque but attached to nothing is what people notice.
 *
 * @param predicted - alpha 0..1, row-major, `width × height`
 * @param truth - the exact alpha, of the same shape
 * @param unknown - non-zero where the error counts
 */
export function connectivityError(
  predicted: Float32Array,
  truth: Float32Array,
  unknown: Uint8Array,
  width: number,
  height: number,
): number {
  const level = connectedLevel(predicted, truth, width, height);
  let sum = 0;
  for (let i = 0; i < unknown.length; i++) {
    if (unknown[i] === 0) continue;
    sum += Math.abs(excess(predicted[i]! - level[i]!) - excess(truth[i]! - level[i]!));
  }
  return sum / 1000;
}

function excess(distance: number): number {
  return distance >= NOTICEABLE ? distance : 0;
}

/** l a pixel: 0, 0.1, … 1. */
function connectedLevel(
  predicted: Float32Array,
  truth: Float32Array,
  width: number,
  height: number,
): Float64Array {
  const level = new Float64Array(predicted.length).fill(1);
  const dropped = new Uint8Array(predicted.length);
  const labels = new Int32Array(predicted.length);
  const stack = new Int32Array(predicted.length);
  for (let step = 1; step <= STEPS; step++) {
    // Compared as the mattes are stored: 0.7 in single precision is below 0.7 in double.
    const threshold = Math.fround(step / STEPS);
    for (let i = 0; i < labels.length; i++) {
      labels[i] = predicted[i]! >= threshold && truth[i]! >= threshold ? UNVISITED : OUTSIDE;
    }
    const largest = labelComponents(labels, stack, width, height);
    for (let i = 0; i < labels.length; i++) {
      if (dropped[i] === 1 || (largest > 0 && labels[i] === largest)) continue;
      dropped[i] = 1;
      level[i] = (step - 1) / STEPS;
    }
  }
  return level;
}

const OUTSIDE = 0;
const UNVISITED = -1;

/**
 * Numbers the 4-connected components of UNVISITED pixels 1, 2, … in reading order, in place.
 * Returns the largest one's number (the first of equals), or 0 when there is none.
 *
 * @param stack - scratch, as long as `labels`: a pixel is pushed once at most
 */
function labelComponents(labels: Int32Array, stack: Int32Array, width: number, height: number): number {
  let count = 0;
  let largest = 0;
  let largestSize = 0;
  let top = 0;
  const push = (pixel: number): void => {
    if (labels[pixel] !== UNVISITED) return;
    labels[pixel] = count;
    stack[top++] = pixel;
  };
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] !== UNVISITED) continue;
    count += 1;
    let size = 0;
    push(start);
    while (top > 0) {
      const pixel = stack[--top]!;
      const x = pixel % width;
      size += 1;
      if (x > 0) push(pixel - 1);
      if (x < width - 1) push(pixel + 1);
      if (pixel >= width) push(pixel - width);
      if (pixel < (height - 1) * width) push(pixel + width);
    }
    if (size > largestSize) {
      largest = count;
      largestSize = size;
    }
  }
  return largest;
}
