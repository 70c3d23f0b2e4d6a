import { writeFile } from 'node:fs/promises';
import { WebSocket, type RawData } from 'ws';

/** A viewer that keeps what it is sent. */
export interface Watcher {
  readonly socket: WebSocket;
  /** Messages in text, newest last. */
  readonly told: readonly Readonly<Record<string, unknown>>[];
  /** Of the newest picture, milliseconds. */
  readonly time: number;
  /** Writes all packets into an FLV file, as they came. */
  save(path: string): Promise<void>;
}

/** Tag types of FLV by kind of message. */
const TAGS: Readonly<Record<number, number>> = { 1: 9, 2: 8 };

export function watch(port: number, key: string): Watcher {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/stream?key=${key}`, {
    origin: `http://127.0.0.1:${port}`,
  });
  const told: Record<string, unknown>[] = [];
  const tags: Buffer[] = [];
  let time = 0;
  socket.on('message', (data: RawData, binary) => {
    const bytes = data as Buffer;
    if (binary) {
      const [type, key, at] = [TAGS[bytes[0]!]!, bytes[1] === 1, bytes.readUInt32BE(8)];
      if (type === 9) time = at;
      const head = type === 9 ? [key ? 0x17 : 0x27, 1, 0, 0, 0] : [0xaf, 1];
      tags.push(tag(type, at, head, bytes.subarray(16)));
      return;
    }
    const message = JSON.parse(bytes.toString()) as Record<string, unknown>;
    told.push(message);
    if (message.kind === 'stream' && message.state === 'live')
      tags.push(tag(9, 0, [0x17, 0, 0, 0, 0], Buffer.from(message.decoder as string, 'base64')));
    if (message.kind === 'sound')
      tags.push(tag(8, 0, [0xaf, 0], Buffer.from(message.config as string, 'base64')));
  });
  return {
    socket,
    told,
    get time() {
      return time;
    },
    save: (path) =>
      writeFile(path, Buffer.concat([Buffer.from('464c5601050000000900000000', 'hex'), ...tags])),
  };
}

function tag(type: number, time: number, head: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(11);
  const size = head.length + data.length;
  header.writeUInt8(type, 0);
  header.writeUIntBE(size, 1, 3);
  header.writeUIntBE(time & 0xffffff, 4, 3);
  header.writeUInt8(time >>> 24, 7);
  const back = Buffer.alloc(4);
  back.writeUInt32BE(header.length + size);
  return Buffer.concat([header, Buffer.from(head), data, back]);
}
