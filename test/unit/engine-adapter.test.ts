import { expect, it } from 'vitest';
import { isSoftware } from '../../src/matting/engines/software-adapter.js';

const blank = { vendor: '', architecture: '', device: '', description: '' };

it.each([
  ['SwiftShader', { ...blank, vendor: 'google', architecture: 'swiftshader' }],
  ['lavapipe', { ...blank, vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }],
  ['WARP', { ...blank, vendor: 'microsoft', description: 'Microsoft Basic Render Driver' }],
  ['what says so itself', { ...blank, vendor: 'acme', isFallbackAdapter: true }],
])('takes %s for software', (_, info) => {
  expect(isSoftware(info)).toBe(true);
});

it.each([
  ['NVIDIA', { ...blank, vendor: 'nvidia', architecture: 'ampere', description: 'NVIDIA GeForce RTX 3080' }],
  ['Intel', { ...blank, vendor: 'intel', architecture: 'xe', description: 'Intel(R) Iris(R) Xe Graphics' }],
  ['Apple', { ...blank, vendor: 'apple', description: 'Apple M1 Max', isFallbackAdapter: false }],
])('takes %s for a GPU', (_, info) => {
  expect(isSoftware(info)).toBe(false);
});
