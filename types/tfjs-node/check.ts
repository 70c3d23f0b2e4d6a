/** Compiles only if the declarations of the two TensorFlow packages are what src/matting/engines/tfjs/native.ts takes them for. */
import type * as cpu from '@tensorflow/tfjs-node';
import type * as gpu from '@tensorflow/tfjs-node-gpu';
import type { NodeJSKernelBackend as CpuBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js';
import type { NodeJSKernelBackend as GpuBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import type { NativeBackend, NativeModule } from '../../src/matting/engines/tfjs/native.js';

type Holds<Part, Whole extends Part> = [Part, Whole];

export type Checked = [
  Holds<NativeModule, typeof cpu>,
  Holds<NativeModule, typeof gpu>,
  Holds<NativeBackend, CpuBackend>,
  Holds<NativeBackend, GpuBackend>,
];
