import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import { readSafetensors, writeSafetensors } from '../../src/matting/weights/safetensors.js';

/** A file of any header, right or wrong, and any data. */
function file(header: unknown, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

function reasonFor(bytes: Uint8Array): string {
  try {
    readSafetensors(bytes, 'weights');
  } catch (error) {
    if (error instanceof MatteflowError && error.code === 'WEIGHTS_CORRUPT') return error.message;
    throw error;
  }
  return 'accepted';
}

function tensor(changes: object = {}): object {
  return { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes } };
}

const EIGHT = [0, 0, 128, 63, 0, 0, 0, 192];

describe('safetensors', () => {
  it('reads little-endian float32 in the order of the header', () => {
    const { tensors } = readSafetensors(file(tensor(), EIGHT), 'weights');
    expect(tensors.get('a')).toEqual({ shape: [2], data: Float32Array.of(1, -2) });
  });

  it('reads what it wrote, at any alignment', () => {
    const stored = new Map([
      ['first', { shape: [1, 2, 3], data: Float32Array.from({ length: 6 }, (_, i) => i / 7) }],
      ['scalar', { shape: [], data: Float32Array.of(-0.5) }],
      ['empty', { shape: [0, 3], data: new Float32Array(0) }],
      ['view', { shape: [2], data: Float32Array.of(1, 2, 3, 4).subarray(1, 3) }],
    ]);
    const bytes = writeSafetensors(stored, { model: 'compact' });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const candidate of [bytes, shifted.subarray(3)]) {
      const read = readSafetensors(candidate, 'weights');
      expect([...read.tensors]).toEqual([...stored]);
      expect(read.metadata).toEqual({ model: 'compact' });
    }
  });

  it('widens half precision, subnormals and infinities included', () => {
    const halves = [0x3c00, 0xc000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0x8000];
    const data = [...new Uint8Array(Uint16Array.from(halves).buffer)];
    const header = { a: { dtype: 'F16', shape: [8], data_offsets: [0, 16] } };
    const seen = readSafetensors(file(header, data), 'weights').tensors.get('a')!.data;
    const expected = [1, -2, 2 ** -24, -1023 * 2 ** -24, 2 ** -14, 65504, Infinity, -0];
    expect([...seen]).toEqual(expected);
  });

  it('widens bfloat16', () => {
    const data = [...new Uint8Array(Uint16Array.of(0x3f80, 0xc049).buffer)];
    const header = { a: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } };
    const seen = readSafetensors(file(header, data), 'weights').tensors.get('a')!.data;
    expect([...seen]).toEqual([1, -3.140625]);
  });

  it.each([
    ['nothing', new Uint8Array(3), 'ends before its header'],
    ['a header longer than the file', file(tensor(), EIGHT).subarray(0, 20), 'longer than the file allows'],
    ['an absurd header length', new Uint8Array(16).fill(255), 'longer than the file allows'],
    ['text that is no JSON', file('{"a": '), 'not JSON'],
    ['bytes that are no text', file('').fill(0xff, 8), 'not JSON'],
    ['a list', file([]), 'not a JSON object'],
    ['a tensor that is a number', file({ a: 5 }), 'not described'],
    ['an unknown number type', file(tensor({ dtype: 'I64' }), EIGHT), 'unknown number type'],
    ['a negative size', file(tensor({ shape: [-2] }), EIGHT), 'no usable shape'],
    ['a size that is no number', file(tensor({ shape: ['2'] }), EIGHT), 'no usable shape'],
    ['three offsets', file(tensor({ data_offsets: [0, 4, 8] }), EIGHT), 'no usable offsets'],
    [
      'an offset that is no whole number',
      file(tensor({ data_offsets: [0, 7.5] }), EIGHT),
      'no usable offsets',
    ],
    ['another size than the shape', file(tensor({ shape: [3] }), EIGHT), 'another size than its shape'],
    ['offsets in the wrong order', file(tensor({ data_offsets: [8, 0] }), EIGHT), 'another size'],
    ['data cut short', file(tensor(), EIGHT).subarray(0, -1), 'ends beyond the file'],
    ['data left over', file(tensor(), [...EIGHT, 0]), 'no tensor claims'],
    ['metadata that is no text', file({ __metadata__: { n: 1 } }), 'not text by name'],
    [
      'a gap',
      file({ ...tensor(), b: { dtype: 'F32', shape: [1], data_offsets: [12, 16] } }, [...EIGHT, ...EIGHT]),
      'leaves a gap',
    ],
    [
      'an overlap',
      file({ ...tensor(), b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } }, [...EIGHT, 0, 0, 0, 0]),
      'overlaps',
    ],
  ])('refuses %s', (_, bytes, words) => {
    expect(reasonFor(bytes)).toContain(words);
  });
});
