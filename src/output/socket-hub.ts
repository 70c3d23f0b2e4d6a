import type { WebSocket } from 'ws';
import type { StreamPacket } from './flv-packets.js';
import { SocketViewer, type ViewerMessage } from './socket-viewer.js';

/** Bytes before a packet's data. */
const HEADER = 16;
const KINDS = { video: 1, audio: 2 } as const;

/** What a viewer needs to know of a packet besides its data. */
export interface PacketFacts {
  /** Counts the stream's frames. */
  readonly number: number;
  /** Milliseconds from the frame's arrival to now. */
  readonly latency: number;
}

/** Hands the stream on to all viewers. None waits for another: each has its own queue in its socket. */
export class SocketHub {
  readonly #viewers = new Map<WebSocket, SocketViewer>();
  /** What a new viewer is told first. */
  #greeting: object[] = [];

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Messages that viewers who are there now were not sent. */
  get dropped(): number {
    return [...this.#viewers.values()].reduce((sum, { dropped }) => sum + dropped, 0);
  }

  /** Bytes that wait for all of them. */
  get waiting(): number {
    return [...this.#viewers.values()].reduce((sum, { waiting }) => sum + waiting, 0);
  }

  add(socket: WebSocket): void {
    const viewer = new SocketViewer(socket);
    this.#viewers.set(socket, viewer);
    socket.on('close', () => this.#viewers.delete(socket));
    for (const message of this.#greeting) viewer.tell(message);
  }

  /** Tells everyone, and everyone who comes until `greet` is called again. */
  greet(messages: readonly object[]): void {
    this.#greeting = [...messages];
    for (const viewer of this.#viewers.values()) {
      viewer.restart();
      for (const message of messages) viewer.tell(message);
    }
  }

  /** Tells everyone something more about the stream they were greeted with, and everyone who comes until the next one. */
  addGreeting(message: object): void {
    this.#greeting.push(message);
    this.tell(message);
  }

  tell(message: object): void {
    for (const viewer of this.#viewers.values()) viewer.tell(message);
  }

  send(packet: StreamPacket, facts: PacketFacts): void {
    const message = messageOf(packet, facts);
    const now = performance.now();
    for (const viewer of this.#viewers.values()) viewer.send(message, now);
  }
}

/** One for all viewers: kind, key, reserved, number, time (ms), latency (ms), then the data. Big-endian. */
function messageOf({ kind, key, time, data }: StreamPacket, { number, latency }: PacketFacts): ViewerMessage {
  const bytes = Buffer.allocUnsafe(HEADER + data.length);
  bytes.writeUInt8(KINDS[kind], 0);
  bytes.writeUInt8(key ? 1 : 0, 1);
  bytes.writeUInt16BE(0, 2);
  bytes.writeUInt32BE(number >>> 0, 4);
  bytes.writeUInt32BE(Math.max(0, time) >>> 0, 8);
  bytes.writeUInt32BE(Math.max(0, Math.round(latency)), 12);
  bytes.set(data, HEADER);
  return { bytes, key: kind === 'video' && key };
}
