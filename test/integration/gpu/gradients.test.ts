import { describeGradients } from '../../support/gradient-contract.js';

describeGradients('webgpu-software');
