/**
 * Batch normalisation (Ioffe and Szegedy, ICML 2015) of a convolution's result, all rank-1 parameters (outputs):
 * `(y − mean) / √(variance + epsilon) · scale + shift`. Engines that infer fold it into the convolution's filter
 * and bias; one that trains puts the batch's own mean and variance in the place of the stored ones.
 */
export interface BatchNorm<T> {
  readonly scale: T;
  readonly shift: T;
  /** Running statistics of the training set. */
  readonly mean: T;
  readonly variance: T;
  readonly epsilon: number;
}

/** How one convolution runs. Padding is the same count of zero pixels on all four sides, always written out. */
export interface ConvOptions<T> {
  /** Zeros added at each edge, in pixels. */
  readonly padding: number;
  /** Pixels between output samples; 1 unless told. */
  readonly stride?: number;
  /** Pixels between kernel taps; 1 (dense) unless told. */
  readonly dilation?: number;
  /** Applied to the result, before the activation. */
  readonly norm?: BatchNorm<T>;
  /** Applied to the result, so that an engine can do both in one pass over it. */
  readonly activation?: 'relu';
}

/** How one transposed convolution runs: `stride · (size − 1) − 2 · padding + kernel + extra` samples come out. */
export interface TransposedConvOptions<T> extends Omit<ConvOptions<T>, 'dilation'> {
  /** Output pixels between input samples. */
  readonly stride: number;
  /** Output pixels cut off at each edge. */
  readonly padding: number;
  /** Further output pixels at the right and bottom edge, less than the stride; 0 unless told. */
  readonly extra?: number;
}

/** Where the maxima of a pooling lay. Opaque: only `unpool` of the same `Ops` reads it. */
export interface PoolIndices<T> {
  readonly source: T;
  readonly where: T;
}

/** A pooled picture and the positions its values came from. */
export interface Pooled<T> {
  readonly values: T;
  readonly indices: PoolIndices<T>;
}

/**
 * What matting networks are written in. `T` is a batch of feature maps: a tensor for an engine that computes at once,
 * a value's name for one that writes a graph. All are float32. The order of axes is the engine's own business
 * (ONNX N,C,H,W; tfjs N,H,W,C), so a network speaks of channels and never of axes, and asks no value for its shape.
 */
export interface Ops<T> {
  /**
   * 2-D cross-correlation plus bias.
   *
   * @param filter - a rank-4 parameter from the weight scope, stored (outputs, inputs, rows, columns)
   * @param bias - a rank-1 parameter, (outputs); none where a norm follows that has its own
   */
  conv(x: T, filter: T, bias: T | undefined, options: ConvOptions<T>): T;
  /**
   * The adjoint of a strided convolution: every sample of `x` adds the kernel, times its value, to the result;
   * then the bias.
   *
   * @param filter - a rank-4 parameter, stored (inputs, outputs, rows, columns), as PyTorch has it
   */
  transposedConv(x: T, filter: T, bias: T | undefined, options: TransposedConvOptions<T>): T;
  /**
   * Group normalisation (Wu and He, ECCV 2018): each picture's channels, in `groups` runs of neighbours, are brought to
   * mean 0 and variance 1 over the group's channels, rows and columns, then scaled and shifted channel by channel.
   *
   * @param scale - a rank-1 parameter, (channels); so is `shift`
   */
  groupNorm(x: T, groups: number, scale: T, shift: T, epsilon: number): T;
  relu(x: T): T;
  /** `x` where it is positive, `slope · x` elsewhere. */
  leakyRelu(x: T, slope: number): T;
  sigmoid(x: T): T;
  /** Over channels: positive, and 1 in sum at every pixel. */
  softmax(x: T): T;
  /** Maximum of each 2×2 window, stride 2; of equal maxima the first in reading order is the one remembered. */
  maxPool(x: T): Pooled<T>;
  /** The pooling undone: each value goes back to where its maximum lay, all else is 0. `x` is shaped as the pooled values were. */
  unpool(x: T, indices: PoolIndices<T>): T;
  /** Bilinear, half-pixel centres, edges replicated: `x` brought to the height and width of `reference`. */
  resizeLike(x: T, reference: T): T;
  /** The mean of each channel over all rows and columns, as a map of one pixel. */
  globalAverage(x: T): T;
  /** Joins along channels. */
  concat(parts: readonly T[]): T;
  /** Element by element; a map of one channel is repeated over the other's channels. */
  add(a: T, b: T): T;
  /** Element by element; a map of one channel is repeated over the other's channels. */
  multiply(a: T, b: T): T;
  /** `x · scale + offset`; an array holds one number a channel. */
  affine(x: T, scale: number | readonly number[], offset: number | readonly number[]): T;
  clip(x: T, min: number, max: number): T;
  /** `count` channels from `start`. */
  channels(x: T, start: number, count: number): T;
}

/** A network's parameters by name, as values of the engine that runs it. */
export interface WeightScope<T> {
  /** The parameters whose names begin with `prefix` and a dot. */
  at(prefix: string): WeightScope<T>;
  /**
   * One parameter.
   *
   * @param shape - what the network expects, in the stored order (outputs, inputs, rows, columns)
   * @throws `WEIGHTS_CORRUPT` when the file has no such name or another shape
   */
  get(name: string, shape: readonly number[]): T;
}
