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

/** Puts kernels in the place of those of tfjs on WebAssembly that training finds wrong or slow. May be called again. */
export function registerWasmKernels(): void {
  replace(tf.MaxPoolGrad, maxPoolGradient);
}

function replace(kernelName: string, kernel: Kernel): void {
  const old = tf.getKernel(kernelName, 'wasm');
  if (old) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => kernel(inputs, attrs ?? {}, backend as WasmBackend),
  });
}
