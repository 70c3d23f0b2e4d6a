import { describeEngine } from '../../support/engine-contract.js';

describeEngine('tfjs', 'webgpu-software');
