import { open } from 'node:fs/promises';
import { MatteflowError } from '../core/errors.js';

/** Bytes of the generic header (SMPTE ST 268-1), which says what a picture is. */
const HEADER_BYTES = 1408;

/** Where its fields lie. */
const AT = { elements: 770, width: 772, height: 776, descriptor: 800, bits: 803 } as const;

/** What a DPX file says of its first picture element, in words: what pictures of a sequence have to share. */
export interface DpxHeader {
  readonly words: string;
}

/**
 * Reads the header of a DPX.
 *
 * @throws MatteflowError `INPUT_DAMAGED` for a file that is none or ends in its header; `INPUT_UNSUPPORTED` for one whose
 *   colours lie in several elements, of which ffmpeg reads the first
 */
export async function readDpxHeader(path: string): Promise<DpxHeader> {
  const bytes = await readStart(path);
  const magic = bytes.toString('latin1', 0, 4);
  if (bytes.length < HEADER_BYTES || (magic !== 'SDPX' && magic !== 'XPDS')) {
    throw new MatteflowError('INPUT_DAMAGED', { what: 'the file is no DPX picture', subject: path });
  }
  const little = magic === 'XPDS';
  const word = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const elements = little ? bytes.readUInt16LE(AT.elements) : bytes.readUInt16BE(AT.elements);
  if (elements !== 1) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the DPX keeps its colours apart',
      seen: `${elements} picture elements`,
      expected: 'one element with all of them',
      subject: path,
    });
  }
  const kind = `${bytes[AT.bits]!} bits, descriptor ${bytes[AT.descriptor]!}`;
  return { words: `${word(AT.width)}×${word(AT.height)}, ${kind}` };
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
