import type { ByteFlow } from '../ffmpeg/byte-flow.js';
import { ByteReader } from '../ffmpeg/byte-reader.js';

/** One unit of a stream as FLV frames it (Adobe Flash Video File Format 10.1, annex E), for a decoder. */
export interface StreamPacket {
  readonly kind: 'video' | 'audio';
  /** What a decoder is set up with (avcC, AudioSpecificConfig) instead of something to show. */
  readonly config: boolean;
  readonly key: boolean;
  /** When it is shown, milliseconds. */
  readonly time: number;
  /** H.264 with lengths before its units, or an AAC frame without header. */
  readonly data: Uint8Array;
}

const FILE_HEADER = 9;
const TAG_HEADER = 11;
/** The length of the tag before, between tags. */
const BACK_POINTER = 4;
const AUDIO = 8;
const VIDEO = 9;
const AVC = 7;
const AAC = 10;

/**
 * The packets of an FLV stream that ffmpeg writes into a pipe: unlike a fragmented MP4, whose fragments are closed by the
 * packet after them, each packet is complete when it has been encoded. Ends where the stream does.
 *
 * @throws Error when it is no FLV or breaks off
 */
export async function* flvPackets(flow: ByteFlow): AsyncGenerator<StreamPacket> {
  const reader = new ByteReader(flow);
  if (await reader.atEnd()) return;
  const head = await take(reader, FILE_HEADER + BACK_POINTER);
  if (head.toString('latin1', 0, 3) !== 'FLV') throw new Error('the stream is not FLV');
  while (!(await reader.atEnd())) {
    const header = await take(reader, TAG_HEADER);
    const body = await take(reader, header.readUIntBE(1, 3));
    await take(reader, BACK_POINTER);
    // The time's upper eight bits stand behind its lower ones.
    const time = header.readUIntBE(4, 3) + header[7]! * 2 ** 24;
    const packet = packetOf(header[0]!, body, time);
    if (packet) yield packet;
  }
}

function packetOf(type: number, body: Buffer, time: number): StreamPacket | undefined {
  if (type === VIDEO && body.length > 5 && (body[0]! & 15) === AVC && body[1]! < 2) {
    const [config, key] = [body[1] === 0, body[0]! >> 4 === 1];
    return { kind: 'video', config, key, time: time + body.readIntBE(2, 3), data: body.subarray(5) };
  }
  if (type === AUDIO && body.length > 2 && body[0]! >> 4 === AAC) {
    return { kind: 'audio', config: body[1] === 0, key: true, time, data: body.subarray(2) };
  }
  return undefined;
}

async function take(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  await reader.into(bytes);
  return bytes;
}
