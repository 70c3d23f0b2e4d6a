import { describeEngine } from '../../support/engine-contract.js';

describeEngine('onnx', 'webgpu-software');
