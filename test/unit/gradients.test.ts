import { describeGradients } from '../support/gradient-contract.js';

describeGradients('js');
describeGradients('cpu');
