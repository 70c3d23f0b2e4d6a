import * as tf from '@tensorflow/tfjs-core';

/** What is used of the backend "wasm": kernels written in JavaScript work on its memory in place, as its own do. */
interface WasmBackend {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
}

type Kernel = (inputs: tf.NamedTensorInfoMap, attributes: object, backend: WasmBackend) => tf.TensorInfo;

/**
 * The gradient of a pooling in windows of 2×2: `dy` where each window has its first maximum, 0 elsewhere.
 * tfjs's own kernel forgets which maximum it has seen, and takes ten times as long.
 */
const maxPoolGradient: Kernel = ({ dy, input }, attributes, backend) => {
  const { filterSize, strides, pad } = attributes as Record<string, unknown>;
  if (![filterSize, strides].every((size) => String(size) === '2,2' || size === 2) || pad !== 'valid') {
    throw new Error('only windows of 2×2 have a gradient');
  }
  const [n, height, width, channels] = input!.shape as [number, number, number, number];
  const info = backend.makeOutput(input!.shape, 'float32');
  // Memory may move when it grows, so the views are taken after the last allocation.
  const [src, gradient, dst] = [input!, dy!, info].map((of) => backend.typedArrayFromHeap(of)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  dst.fill(0);
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const line = width * channels;
  let at = 0;
  for (let row = 0; row < n * rows; row++) {
    const first = (Math.floor(row / rows) * height + 2 * (row % rows)) * line;
    for (let column = 0; column < columns; column++) {
      const corner = first + 2 * column * channels;
      for (let c = 0; c < channels; c++) {
        // The four places in reading order.
        const [p0, p2] = [corner + c, corner + c + line];
        const [p1, p3] = [p0 + channels, p2 + channels];
        let best = p0;
        if (src[p1]! > src[best]!) best = p1;
        if (src[p2]! > src[best]!) best = p2;
        if (src[p3]! > src[best]!) best = p3;
        dst[best] = gradient[at++]!;
      }
    }
  }
  return info;
};

/** A copy of fewer numbers is made one by one: a call of `set` would cost more. */
const SHORT = 64;

/** `count` numbers from one array to another. */
function copy(dst: Float32Array, to: number, src: Float32Array, from: number, count: number): void {
  if (count >= SHORT) {
    dst.set(src.subarray(from, from + count), to);
    return;
  }
  for (let i = 0; i < count; i++) dst[to + i] = src[from + i]!;
}

/**
 * A part of a tensor. tfjs's own kernel copies the whole of it first, and then by one call for every run, however short.
 */
const slice: Kernel = ({ x }, attributes, backend) => {
  const { begin, size } = attributes as { begin: number[]; size: number | number[] };
  const [from, lengths] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]];
  const info = backend.makeOutput(lengths, 'float32');
  const [src, dst] = [backend.typedArrayFromHeap(x!), backend.typedArrayFromHeap(info)];
  const strides = [...tf.util.computeStrides(x!.shape), 1];
  const last = lengths.length - 1;
  let to = 0;
  const descend = (axis: number, offset: number): void => {
    const [first, length, stride] = [from[axis]!, lengths[axis]!, strides[axis]!];
    if (axis === last) {
      copy(dst, to, src, offset + first, length);
      to += length;
      return;
    }
    for (let i = first; i < first + length; i++) descend(axis + 1, offset + i * stride);
  };
  descend(0, 0);
  return info;
};

/** Tensors side by side along an axis, likewise. */
const concat: Kernel = (inputs, attributes, backend) => {
  const parts = Object.values(inputs).map((part) => part!);
  const axis = tf.util.parseAxisParam((attributes as { axis: number }).axis, parts[0]!.shape)[0]!;
  const shape = tf.backend_util.computeOutShape(
    parts.map((part) => part.shape),
    axis,
  );
  const info = backend.makeOutput(shape, 'float32');
  const dst = backend.typedArrayFromHeap(info);
  const total = tf.util.sizeFromShape(shape.slice(axis));
  let place = 0;
  for (const part of parts) {
    const src = backend.typedArrayFromHeap(part);
    const run = tf.util.sizeFromShape(part.shape.slice(axis));
    for (let from = 0, to = place; from < src.length; from += run, to += total) copy(dst, to, src, from, run);
    place += run;
  }
  return info;
};

/** Puts kernels in the place of those of tfjs on WebAssembly that training finds wrong or slow. May be called again. */
export function registerWasmKernels(): void {
  if (replaced) return;
  replaced = true;
  replace(tf.MaxPoolGrad, maxPoolGradient);
  replace(tf.Slice, slice);
  replace(tf.Concat, concat);
}

let replaced = false;

/** Tensors of other types than float32 stay with the kernel that was there. */
function replace(kernelName: string, kernel: Kernel): void {
  const before = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const floats = Object.values(call.inputs).every((input) => input?.dtype === 'float32');
      if (!floats) return before.kernelFunc(call);
      return kernel(call.inputs, call.attrs ?? {}, call.backend as WasmBackend);
    },
  });
}
