import * as tf from '@tensorflow/tfjs-core';

/** Up to here a whole-numbered enlargement is undone by a convolution, whose kernel is twice as wide. */
const WIDEST_FACTOR = 4;

/**
 * The gradient of a bilinear resize with half-pixel centres and replicated edges, by its input. tfjs's own kernels take
 * pixel centres to be whole numbers, whatever they are told.
 *
 * @param dy - (N, toRows, toColumns, channels)
 * @param size - height and width of the input
 * @returns (N, height, width, channels)
 */
export function resizeGradient(dy: tf.Tensor4D, [height, width]: readonly [number, number]): tf.Tensor4D {
  const [, toHeight, toWidth] = dy.shape;
  const factor = toHeight / height;
  if (factor === 1 && toWidth === width) return tf.clone(dy);
  const whole = Number.isInteger(factor) && factor <= WIDEST_FACTOR && toWidth === factor * width;
  return tf.tidy(() => (whole ? reducedBy(factor, dy) : resizedBack(dy, height, width)));
}

/**
 * At a whole factor s a sample of the input is what outputs less than s away were made of, with weights that fall off
 * linearly: a convolution with a triangle along both axes. An output near the edge that took the edge's sample twice is
 * met twice by mirroring ∂y.
 */
function reducedBy(factor: number, dy: tf.Tensor4D): tf.Tensor4D {
  const channels = dy.shape[3];
  // Outputs that reach beyond a window of `factor`, on either side: floor(s / 2).
  const edge = Math.floor(factor / 2);
  const taps = factor + 2 * edge;
  const centre = (taps - 1) / 2;
  const triangle = Array.from({ length: taps }, (_, t) => 1 - Math.abs(t - centre) / factor);
  const weights = triangle.flatMap((down) => triangle.map((along) => down * along));
  const filter = tf.tile(tf.tensor4d(weights, [taps, taps, 1, 1]), [1, 1, channels, 1]);
  const border: [number, number] = [edge, edge];
  const mirrored = tf.mirrorPad(dy, [[0, 0], border, border, [0, 0]], 'symmetric');
  return tf.depthwiseConv2d(mirrored, filter, factor, 'valid');
}

/** Any other sizes: products with the transposed matrices of the resize, columns first. */
function resizedBack(dy: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  const [n, toHeight, toWidth, channels] = dy.shape;
  const rows = tf.reshape(dy, [n * toHeight, toWidth, channels]);
  const narrowed = tf.matMul(adjoint(width, toWidth), rows);
  const pictures = tf.reshape(narrowed, [n, toHeight, width * channels]);
  return tf.reshape(tf.matMul(adjoint(height, toHeight), pictures), [n, height, width, channels]);
}

/** (1, from, to): how much of input sample i there is in output sample o. */
function adjoint(from: number, to: number): tf.Tensor3D {
  const weights = new Float32Array(from * to);
  for (let o = 0; o < to; o++) {
    const centre = Math.min(Math.max(((o + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(centre);
    const high = Math.min(low + 1, from - 1);
    weights[low * to + o]! += 1 - (centre - low);
    weights[high * to + o]! += centre - low;
  }
  return tf.tensor3d(weights, [1, from, to]);
}
