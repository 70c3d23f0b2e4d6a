/** A square picture that is still being composed: premultiplied R′G′B′ and alpha, 0..1, interleaved, row-major. */
export interface Layer {
  /** Pixels along either axis. */
  readonly side: number;
  readonly rgba: Float32Array;
}

export function emptyLayer(side: number): Layer {
  return { side, rgba: new Float32Array(4 * side * side) };
}

/** Lays `top` over `dst`, in place (Porter and Duff, SIGGRAPH 1984). */
export function layOver(dst: Layer, top: Layer): void {
  for (let i = 0; i < dst.rgba.length; i += 4) {
    const rest = 1 - top.rgba[i + 3]!;
    for (let c = i; c < i + 4; c++) dst.rgba[c] = top.rgba[c]! + rest * dst.rgba[c]!;
  }
}

/** Multiplies colour and alpha by a plane of 0..1. */
export function fade({ rgba }: Layer, plane: Float32Array): void {
  for (let i = 0; i < rgba.length; i++) rgba[i]! *= plane[i >> 2]!;
}

/** Three box filters along each axis, close to a Gaussian. Nothing lies beyond the border. */
export function soften({ side, rgba }: Layer, sigma: number): void {
  const between = new Float32Array(rgba.length);
  const line = new Float32Array(4 * side);
  // The variance of a box 2r + 1 wide is ((2r + 1)² − 1) / 12, and three of them add up.
  const radius = 0.5 * (Math.sqrt(4 * sigma * sigma + 1) - 1);
  for (let pass = 0; pass < 3; pass++) {
    for (let y = 0; y < side; y++) boxLine(between, 4 * y * side, 4, rgba, line, side, radius);
    for (let x = 0; x < side; x++) boxLine(rgba, 4 * x, 4 * side, between, line, side, radius);
  }
}

/**
 * One box filter of 2·radius + 1 pixels along a row or column, the two at its ends weighted by the radius's fraction.
 *
 * @param line - scratch, 4·side
 */
function boxLine(
  dst: Float32Array,
  start: number,
  step: number,
  src: Float32Array,
  line: Float32Array,
  side: number,
  radius: number,
): void {
  for (let i = 0, at = start; i < 4 * side; i += 4, at += step) {
    line[i] = src[at]!;
    line[i + 1] = src[at + 1]!;
    line[i + 2] = src[at + 2]!;
    line[i + 3] = src[at + 3]!;
  }
  const whole = Math.floor(radius);
  const part = radius - whole;
  const share = 1 / (2 * radius + 1);
  const ahead = 4 * whole;
  const behind = ahead + 4;
  for (let c = 0; c < 4; c++) {
    let sum = 0;
    for (let i = c; i < Math.min(ahead, 4 * side); i += 4) sum += line[i]!;
    for (let i = c, at = start + c; i < 4 * side; i += 4, at += step) {
      if (i + ahead < 4 * side) sum += line[i + ahead]!;
      const before = i >= behind ? line[i - behind]! : 0;
      const after = i + behind < 4 * side ? line[i + behind]! : 0;
      sum -= before;
      // The running sum may end a rounding error below nothing.
      dst[at] = Math.max(0, (sum + part * (before + after)) * share);
    }
  }
}

/** Averages over a disc, as a lens does that is focused elsewhere. Cost grows with the radius. */
export function defocus(layer: Layer, radius: number): Layer {
  const { side, rgba } = layer;
  const out = emptyLayer(side);
  const reach = Math.ceil(radius);
  const spans: number[] = [];
  let cells = 0;
  for (let dy = -reach; dy <= reach; dy++) {
    const half = Math.floor(Math.sqrt(Math.max(0, radius * radius - dy * dy)));
    spans.push(half);
    cells += 2 * half + 1;
  }
  const sums = new Float64Array(4 * (side + 1));
  for (let y = 0; y < side; y++) {
    for (let i = 0; i < 4 * side; i++) sums[i + 4] = sums[i]! + rgba[4 * y * side + i]!;
    for (const [index, half] of spans.entries()) {
      const row = y + index - reach;
      if (row < 0 || row >= side) continue;
      for (let x = 0; x < side; x++) {
        const to = 4 * (row * side + x);
        const left = 4 * Math.max(0, x - half);
        const right = 4 * Math.min(side, x + half + 1);
        for (let c = 0; c < 4; c++) out.rgba[to + c]! += (sums[right + c]! - sums[left + c]!) / cells;
      }
    }
  }
  return out;
}
