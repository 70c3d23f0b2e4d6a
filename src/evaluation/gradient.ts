/** Standard deviation of the Gaussian, pixels: the benchmark's choice. */
const SIGMA = 1.4;
/** The kernel ends where the Gaussian falls below this. */
const CUT = 1e-2;

/** A separable derivative-of-Gaussian filter: `smooth` along one axis, `slope` along the other. */
interface GaussianDerivative {
  readonly half: number;
  readonly smooth: Float64Array;
  readonly slope: Float64Array;
}

/**
 * The benchmark's kernel: G(y)·G′(x), cut where G < 1e-2, its square sum made 1.
 * The norm of an outer product is the product of the norms, so each factor is normalised alone.
 */
function gaussianDerivative(): GaussianDerivative {
  const half = Math.ceil(SIGMA * Math.sqrt(-2 * Math.log(Math.sqrt(2 * Math.PI) * SIGMA * CUT)));
  const offsets = Float64Array.from({ length: 2 * half + 1 }, (_, index) => index - half);
  const gaussian = offsets.map((x) => Math.exp((-x * x) / (2 * SIGMA * SIGMA)));
  const slope = gaussian.map((value, index) => -offsets[index]! * value);
  return { half, smooth: unit(gaussian), slope: unit(slope) };
}

function unit(values: Float64Array): Float64Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

const KERNEL = gaussianDerivative();

/**
 * The gradient error of Rhemann et al., *A Perceptually Motivated Online Benchmark for Image Matting* (CVPR 2009), §4:
 * Σ (|∇predicted| − |∇truth|)² over the unknown region, in thousands. Each matte is first stretched to span 0..1
 * (a constant one becomes 0), then differentiated by a Gaussian of σ = 1.4 pixels with replicated borders.
 *
 * @param predicted - alpha 0..1, row-major, `width × height`; known pixels count too, through their neighbours
 * @param truth - the exact alpha, of the same shape
 * @param unknown - non-zero where the error counts
 */
export function gradientError(
  predicted: Float32Array,
  truth: Float32Array,
  unknown: Uint8Array,
  width: number,
  height: number,
): number {
  const seen = gradientMagnitude(predicted, width, height);
  const wanted = gradientMagnitude(truth, width, height);
  let sum = 0;
  for (let i = 0; i < unknown.length; i++) {
    if (unknown[i] !== 0) sum += (seen[i]! - wanted[i]!) ** 2;
  }
  return sum / 1000;
}

/** |∇alpha| a pixel, of the matte stretched to 0..1. */
function gradientMagnitude(alpha: Float32Array, width: number, height: number): Float64Array {
  const normal = stretched(alpha);
  const along = new Float64Array(alpha.length);
  const magnitude = new Float64Array(alpha.length);
  filterRows(along, normal, KERNEL.slope, width, height);
  filterColumns(magnitude, along, KERNEL.smooth, width, height);
  const vertical = new Float64Array(alpha.length);
  filterRows(along, normal, KERNEL.smooth, width, height);
  filterColumns(vertical, along, KERNEL.slope, width, height);
  for (let i = 0; i < magnitude.length; i++) magnitude[i] = Math.hypot(magnitude[i]!, vertical[i]!);
  return magnitude;
}

/** (alpha − min) / (max − min); all 0 for a constant matte. */
function stretched(alpha: Float32Array): Float64Array {
  let low = Infinity;
  let high = -Infinity;
  for (const value of alpha) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? 1 / (high - low) : 0;
  return Float64Array.from(alpha, (value) => (value - low) * scale);
}

/** dst = src correlated with `taps` along x; pixels beyond the border repeat the edge. */
function filterRows(
  dst: Float64Array,
  src: Float64Array,
  taps: Float64Array,
  width: number,
  height: number,
): void {
  const { half } = KERNEL;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -half; k <= half; k++) {
        sum += taps[k + half]! * src[row + Math.min(Math.max(x + k, 0), width - 1)]!;
      }
      dst[row + x] = sum;
    }
  }
}

/** dst = src correlated with `taps` along y; pixels beyond the border repeat the edge. */
function filterColumns(
  dst: Float64Array,
  src: Float64Array,
  taps: Float64Array,
  width: number,
  height: number,
): void {
  const { half } = KERNEL;
  dst.fill(0);
  for (let y = 0; y < height; y++) {
    const to = y * width;
    for (let k = -half; k <= half; k++) {
      const from = Math.min(Math.max(y + k, 0), height - 1) * width;
      const tap = taps[k + half]!;
      for (let x = 0; x < width; x++) dst[to + x]! += tap * src[from + x]!;
    }
  }
}
