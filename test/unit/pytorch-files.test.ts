import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import type { ForeignTensors } from '../../src/matting/weights/foreign-tensors.js';
import { readForeign } from '../../src/matting/weights/read-foreign.js';
import { goldenPath, goldenTensors } from '../support/golden-file.js';
import { noise } from '../support/made-input.js';
import {
  call,
  dict,
  int,
  legacyFile,
  named,
  op,
  pickle,
  storage,
  tensor,
  text,
  tuple,
} from '../support/pickle-bytes.js';

const golden = (name: string): Promise<Buffer> => readFile(goldenPath(name));

/** Reads all of a file: what it holds, and every number. */
async function readAll(bytes: Uint8Array): Promise<ForeignTensors> {
  const tensors = await readForeign(bytes, 'weights');
  for (const name of tensors.shapes.keys()) tensors.read(name);
  return tensors;
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const error: unknown = await readAll(bytes).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'MatteflowError', code: 'WEIGHTS_CORRUPT' });
  return (error as Error).message;
}

const VECTOR = { shape: [4], strides: [1] };
const one = (object: Uint8Array): Uint8Array => legacyFile(pickle(dict({ a: object })), { k: [1, 2, 3, 4] });

describe.each(['checkpoint-views.pth', 'checkpoint-views-legacy.pth'])('%s', (file) => {
  it.each([
    ['whole', [2, 3, 4]],
    ['transposed', [6, 4]],
    ['permuted', [4, 2, 3]],
    ['offset', [6]],
    ['stepped', [8]],
    ['scalar', []],
    ['empty', [0]],
    ['half', [4]],
    ['bfloat', [4]],
    ['double', [2, 1]],
    ['parameter', [2, 2]],
  ])('gives the numbers of %s', async (name, shape) => {
    const tensors = await readForeign(await golden(file), file);
    const expected = await goldenTensors('checkpoint-outputs.safetensors');
    expect(tensors.read(name)).toEqual({ shape, data: expected(`views.${name}`) });
  });

  it('knows whole numbers, but not as a parameter', async () => {
    const tensors = await readForeign(await golden(file), file);
    expect(tensors.shapes.get('counter')).toEqual([]);
    expect(() => tensors.read('counter')).toThrow('counter: a parameter is made of whole numbers');
  });
});

describe('a checkpoint of PyTorch', () => {
  it('keeps the numbers beside the state dict', async () => {
    const { metadata } = await readForeign(await golden('checkpoint-huochaitiantang.pth.tar'), 'weights');
    expect(metadata).toEqual({ epoch: '12', best_sad: '54.25' });
    const legacy = await readForeign(await golden('checkpoint-huochaitiantang-legacy.pth.tar'), 'weights');
    expect(legacy.metadata).toEqual({ epoch: '3', best_sad: '60.5' });
  });

  it('loses the names of a data-parallel run', async () => {
    const plain = await readForeign(await golden('checkpoint-mmediting.pth'), 'weights');
    const parallel = await readForeign(await golden('checkpoint-mmediting-legacy.pth'), 'weights');
    expect([...parallel.shapes]).toEqual([...plain.shapes]);
    for (const name of plain.shapes.keys()) expect(parallel.read(name)).toEqual(plain.read(name));
  });

  it('is read from instructions spelt out by hand', async () => {
    const tensors = await readAll(one(tensor(storage('k', 4), { shape: [2, 2], strides: [1, 2] })));
    expect(tensors.read('a')).toEqual({ shape: [2, 2], data: Float32Array.of(1, 3, 2, 4) });
  });

  it.each(['checkpoint-hostile.pth', 'checkpoint-hostile-legacy.pth'])(
    'is refused when it is %s',
    async (file) => {
      expect(await refusal(await golden(file))).toContain('the file wants to call posix.system');
    },
  );

  it.each<[string, Uint8Array, string]>([
    ['calls a builtin', call(named('builtins', 'eval'), text('1')), 'wants to call builtins.eval'],
    ['calls the loader of PyTorch', call(named('torch', 'load'), text('x')), 'wants to call torch.load'],
    [
      'names what JavaScript has',
      call(named('constructor', 'constructor')),
      'wants to call constructor.constructor',
    ],
    ['calls a class of storages', call(named('torch', 'FloatStorage')), 'wants to call torch.FloatStorage'],
    ['calls a number', Buffer.concat([int(1), tuple(), op('R')]), 'wants to call what is no name'],
    [
      'names a function on the stack',
      Buffer.concat([text('os'), text('system'), op('\x93')]),
      'wants to call os.system',
    ],
    ['makes an object', Buffer.concat([named('collections', 'OrderedDict'), op(')\x81')]), 'instruction'],
    ['makes an object by name', Buffer.from('(ios\nsystem\n'), 'instruction'],
    ['takes from a registry', Buffer.concat([op('\x82'), Uint8Array.of(1)]), 'instruction'],
    [
      'sets the state of a tensor',
      Buffer.concat([tensor(storage('k', 4), VECTOR), dict({}), op('b')]),
      'set the state',
    ],
    ['hides escape codes in a name', named('os\x1b[2J', 'x'), 'wants to call os?[2J.x'],
  ])('is refused when it %s', async (_, object, words) => {
    expect(await refusal(one(object))).toContain(words);
  });

  it.each<[string, Uint8Array, string]>([
    ['takes more than it has', pickle(op('0')), 'takes more'],
    ['goes back to no mark', pickle(op('t')), 'mark'],
    ['recalls what it has not kept', pickle(op('h\x07')), 'place 7'],
    ['appends to a number', pickle(int(1), int(2), op('a')), 'no list'],
    ['sets items of a list', pickle(op(']('), text('a'), int(1), op('u')), 'no dictionary'],
    ['has a number of a thousand digits', pickle(op('\x8a\xff'), Buffer.alloc(255, 1)), 'overlong'],
    ['has text that is none', pickle(op('U\x01a'), op('X\x02\0\0\0\xc3\x28')), 'UTF-8'],
    ['announces more text than there is', pickle(op('X\xff\xff\xff\xff')), 'cut short'],
    ['announces more bytes than numbers can say', pickle(op('\x8e'), Buffer.alloc(8, 255)), 'cut short'],
    ['repeats without an end', pickle(op(')'.repeat(1_000_001))), 'longer than any checkpoint'],
    [
      'copies a list again and again',
      pickle(
        op(']q\0('),
        op('))\x86'.repeat(5000) + 'e0'),
        ...Array.from({ length: 300 }, () =>
          Buffer.concat([named('collections', 'OrderedDict'), op('h\0\x85R0')]),
        ),
      ),
      'longer than any checkpoint',
    ],
    ['is no dictionary', pickle(int(1)), 'no state dict'],
    ['is empty', pickle(op('}')), 'nothing at all'],
    ['holds what is no tensor', pickle(dict({ a: int(1), b: int(2) })), 'a, b'],
  ])('is refused when its pickle %s', async (_, object, words) => {
    expect(await refusal(legacyFile(object))).toContain(words);
  });

  it.each<[string, Uint8Array, string]>([
    [
      'reaches beyond its storage',
      tensor(storage('k', 4), { shape: [5], strides: [1] }),
      'larger than its storage',
    ],
    [
      'begins too late',
      tensor(storage('k', 4), { offset: 2, shape: [3], strides: [1] }),
      'larger than its storage',
    ],
    [
      'repeats one number a million million times',
      tensor(storage('k', 4), { shape: [1_000_000, 1_000_000], strides: [0, 0] }),
      'larger than its storage',
    ],
    ['has a stride too many', tensor(storage('k', 4), { shape: [4], strides: [1, 1] }), 'unusable shape'],
    ['has a negative stride', tensor(storage('k', 4), { shape: [4], strides: [-1] }), 'unusable shape'],
    [
      'has nine axes',
      tensor(storage('k', 4), { shape: Array(9).fill(1), strides: Array(9).fill(1) }),
      'unusable',
    ],
    ['has a storage of another length', tensor(storage('k', 5), VECTOR), 'another length'],
    ['has a storage that is not listed', tensor(storage('z', 4), VECTOR), 'no tensor looks at'],
    [
      'has a storage of two kinds',
      tuple(storage('k', 4), storage('k', 4, 'HalfStorage')),
      'described in two ways',
    ],
  ])('is refused when a tensor %s', async (_, object, words) => {
    expect(await refusal(one(object))).toContain(words);
  });

  it('is refused when it is big-endian', async () => {
    expect(await refusal(legacyFile(pickle(op('}')), {}, false))).toContain('big-endian');
  });

  it.each<[string, (directory: Buffer[], length: number) => void, string]>([
    ['compressed', ([first]) => first!.writeUInt16LE(8, 10), 'compressed'],
    ['encrypted', ([first]) => first!.writeUInt16LE(1, 8), 'cannot be read'],
    [
      'full of files that overlap',
      (directory, length) => {
        for (const entry of directory) for (const size of [20, 24]) entry.writeUInt32LE(length >> 1, size);
      },
      'overlap',
    ],
  ])('is refused when the archive is %s', async (_, spoil, words) => {
    const bytes = await golden('checkpoint-views.pth');
    const directory: Buffer[] = [];
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 1)) {
      directory.push(bytes.subarray(at));
    }
    spoil(directory, bytes.length);
    expect(await refusal(bytes)).toContain(words);
  });

  it('is refused when a file of the archive is damaged', async () => {
    const bytes = await golden('checkpoint-views.pth');
    // The first storage begins on a multiple of 64 bytes behind the pickle.
    const at = bytes.indexOf(Buffer.from(Float32Array.of(1 / 7, 2 / 7).buffer));
    expect(at).toBeGreaterThan(0);
    bytes[at] = bytes[at]! ^ 1;
    expect(await refusal(bytes)).toContain('damaged');
  });

  it.each(['checkpoint-views.pth', 'checkpoint-views-legacy.pth'])(
    'is refused wherever %s is cut',
    async (file) => {
      const bytes = await golden(file);
      for (let end = 0; end < bytes.length; end++) await refusal(bytes.subarray(0, end));
    },
  );

  it.each(['checkpoint-views.pth', 'checkpoint-views-legacy.pth', 'checkpoint-hostile-legacy.pth'])(
    'is read or refused, whatever bytes of %s are changed',
    async (file) => {
      const original = await golden(file);
      const random = noise(20_000, 11);
      let draw = 0;
      const outcomes = { read: 0, refused: 0 };
      for (let round = 0; round < 2000; round++) {
        const bytes = Buffer.from(original);
        for (let change = 0; change <= round % 4; change++) {
          bytes[Math.floor(random[draw++]! * bytes.length)] = Math.floor(random[draw++]! * 256);
        }
        try {
          await readAll(bytes);
          outcomes.read++;
        } catch (error) {
          if (!(error instanceof MatteflowError)) throw error;
          outcomes.refused++;
        }
      }
      expect(outcomes.refused).toBeGreaterThan(100);
      expect(outcomes.read + outcomes.refused).toBe(2000);
    },
  );
});
