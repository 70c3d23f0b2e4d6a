import { open } from 'node:fs/promises';
import { MatteflowError } from '../core/errors.js';
import { rational, type Rational } from '../core/rational.js';

/** Bytes of a file that hold its header, of any picture that is not overloaded with attributes. */
const MOST_HEADER = 2 ** 20;

const MAGIC = 20000630;

/** Bits of the version field that say what a file is instead of scanlines or tiles of one picture. */
const DEEP = 0x800;
const MULTIPART = 0x1000;

const PIXEL_TYPES = ['uint', 'half', 'float'] as const;

/** A rectangle of pixels, corners included. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What an OpenEXR file says before its pixels ("OpenEXR File Layout", openexr.com). */
export interface ExrHeader {
  readonly channels: readonly { readonly name: string; readonly type: (typeof PIXEL_TYPES)[number] }[];
  /** What is to be seen, and for which pixels there is data. */
  readonly display: Box;
  readonly data: Box;
  /** Frames a second, where the file says. */
  readonly frameRate?: Rational;
}

/**
 * Reads the header of an EXR.
 *
 * @throws MatteflowError `INPUT_DAMAGED` for a file that is none or ends in its header; `INPUT_UNSUPPORTED` for deep
 *   pictures and several in a file
 */
export async function readExrHeader(path: string): Promise<ExrHeader> {
  const bytes = await readStart(path);
  if (bytes.length < 8 || bytes.readInt32LE(0) !== MAGIC) throw damaged(path);
  const version = bytes.readInt32LE(4);
  if (version & (DEEP | MULTIPART)) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'EXRs with several parts or deep pixels are not read',
      expected: 'one flat picture a file, with the channels R, G and B',
      subject: path,
    });
  }
  try {
    return describe(readAttributes(bytes));
  } catch (cause) {
    throw damaged(path, cause);
  }
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_HEADER), 0, MOST_HEADER, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Attributes by name: each is a name, a type and a size, until an empty name. */
function readAttributes(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const attributes = new Map<string, Buffer>();
  let at = 8;
  for (;;) {
    const [name, afterName] = readText(bytes, at);
    if (name === '') return attributes;
    const [, afterType] = readText(bytes, afterName);
    const size = bytes.readUInt32LE(afterType);
    const end = afterType + 4 + size;
    if (end > bytes.length) throw new RangeError('the header is cut short');
    attributes.set(name, bytes.subarray(afterType + 4, end));
    at = end;
  }
}

/** A text that ends with a zero byte, and where the next thing begins. */
function readText(bytes: Buffer, start: number): [text: string, next: number] {
  const end = bytes.indexOf(0, start);
  if (end < 0) throw new RangeError('the header is cut short');
  return [bytes.toString('latin1', start, end), end + 1];
}

function describe(attributes: ReadonlyMap<string, Buffer>): ExrHeader {
  const value = (name: string): Buffer => {
    const found = attributes.get(name);
    if (!found) throw new RangeError(`the header has no ${name}`);
    return found;
  };
  const rate = attributes.get('framesPerSecond');
  const [num, den] = rate ? [rate.readInt32LE(0), rate.readUInt32LE(4)] : [0, 0];
  return {
    channels: readChannels(value('channels')),
    display: readBox(value('displayWindow')),
    data: readBox(value('dataWindow')),
    ...(num > 0 && den > 0 && { frameRate: rational(num, den) }),
  };
}

/** A name each, and sixteen bytes of which the first four are its type. */
function readChannels(bytes: Buffer): ExrHeader['channels'] {
  const channels: { name: string; type: (typeof PIXEL_TYPES)[number] }[] = [];
  let at = 0;
  for (;;) {
    const [name, next] = readText(bytes, at);
    if (name === '') return channels;
    const type = PIXEL_TYPES[bytes.readUInt32LE(next)];
    if (!type) throw new RangeError(`the channel ${name} has a type that does not exist`);
    channels.push({ name, type });
    at = next + 16;
  }
}

function readBox(bytes: Buffer): Box {
  const [left, top, right, bottom] = [0, 4, 8, 12].map((at) => bytes.readInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  return { left, top, right, bottom };
}

function damaged(path: string, cause?: unknown): MatteflowError {
  return new MatteflowError('INPUT_DAMAGED', { what: 'the file is no EXR picture', subject: path, cause });
}
