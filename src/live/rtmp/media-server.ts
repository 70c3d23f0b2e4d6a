import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/**
 * The parts of node-media-server 4.4.3 that are used, which has neither types nor an entry for them. What is described
 * here holds for that version alone, so package.json pins it.
 */
export interface RtmpProtocol {
  /** The message that is being put together from chunks. */
  readonly parserPacket: {
    readonly header: {
      /** Bytes. */ readonly length: number;
      readonly type: number;
      readonly stream_id: number;
    };
    readonly payload: Buffer;
    /** Bytes of it that have come. */
    readonly bytes: number;
  };
  /** The last message of each chunk stream. */
  readonly inPackets: ReadonlyMap<number, unknown>;
  /** Bytes of a chunk at most, as the peer has announced it. */
  readonly inChunkSize: number;
  /** As the peer has sent it: of any type. */
  readonly streamApp: unknown;
  /** Chunk streams' basic header has been read, and the rest of the header with it. */
  packetParse(): void;
  /** Makes room for a message whose header has been read. */
  packetAlloc(): void;
  controlHandler(): void;
  onPublish(message: RtmpCommand): void;
  onPlay(message: RtmpCommand): void;
  onPacketCallback: (packet: MediaPacket) => void;
  sendStatusMessage(stream: number, level: string, code: string, description: string): void;
}

/** A decoded command. Its fields are of any type: nothing has checked them. */
export interface RtmpCommand {
  /** What to publish or play. */
  streamName?: unknown;
}

/** One message of sound, pictures or metadata. */
export interface MediaPacket {
  /** 0 and 2: headers of sound and pictures; 1: sound; 3: a key frame; 4: another frame; 5: metadata. */
  readonly flags: number;
  /** Milliseconds. */
  readonly dts: number;
}

/** One connection. */
export interface RtmpSession {
  readonly id: string;
  readonly socket: Socket;
  readonly rtmp: RtmpProtocol;
  readonly broadcast: Broadcast;
  /** Set by its own commands; `false` also means not yet. */
  readonly isPublisher: boolean;
  readonly onData: (data: Buffer) => void;
  readonly onPacket: (packet: MediaPacket) => void;
  /** Begins to listen to the socket. */
  run(): void;
}

/** A stream: one publisher's packets for all who play it. */
interface Broadcast {
  readonly publisher: RtmpSession | null;
  readonly subscribers: ReadonlyMap<string, RtmpSession>;
  /** Ends the stream for good; without it a publisher that has gone keeps its place for half a minute. */
  _finishPublish(): void;
}

interface Context {
  config: object;
  readonly sessions: Map<string, RtmpSession>;
}

const require = createRequire(import.meta.url);

/** Makes sessions of node-media-server; it opens no port, writes no file and logs nothing but errors. */
export function loadMediaServer(): (socket: Socket) => RtmpSession {
  const Session = require('node-media-server/src/session/rtmp_session.js') as new (
    socket: Socket,
  ) => RtmpSession;
  const context = require('node-media-server/src/core/context.js') as Context;
  const logger = require('node-media-server/src/core/logger.js') as { log: () => void };
  context.config = {};
  // It would print what strangers send.
  logger.log = () => undefined;
  return (socket) => {
    const session = new Session(socket);
    context.sessions.set(session.id, session);
    return session;
  };
}
