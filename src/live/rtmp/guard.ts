import type { MediaPacket, RtmpSession } from './media-server.js';
import type { Refusal } from './messages.js';

/** Bytes of a message at most: a key frame of a large picture is well below. */
const MOST_BYTES = 2 ** 22;
/** Publishers use four or five. */
const MOST_CHUNK_STREAMS = 16;
/** Bytes of a chunk: what is allowed is announced by one message that nothing else checks. */
const CHUNK_BYTES = [128, 2 ** 24] as const;
/** Bytes that may wait for a player. It is ours and reads all the time: one that does not has died. */
const MOST_WAITING = 2 ** 24;
/** Milliseconds a publisher, or whoever has not said what it wants, may be silent. */
const PATIENCE = 5000;

/** The one stream's name within the server. */
const STREAM = 'program';

/** What the guard asks and tells. */
export interface GuardHooks {
  /** Why this key may not publish now; undefined: it may, and has the stream from here on. */
  readonly admitPublisher: (key: unknown) => Refusal | undefined;
  readonly mayPlay: (key: unknown, address: string) => boolean;
  readonly onPacket: (packet: MediaPacket) => void;
  /** The admitted publisher has gone. */
  readonly onUnpublished: () => void;
  readonly onRefused: (why: Refusal) => void;
}

/**
 * Stands between a socket and node-media-server's session, which as it is trusts what it reads: single messages bring
 * its process down, packets of whoever was refused are relayed, and readers never hear that a publisher has gone.
 *
 * A publisher names its key in place of a stream; only when that opens the stream, and nobody else has it, does the
 * server hear of the command. Packets count from then on, and from that publisher alone.
 */
export function guard(session: RtmpSession, hooks: GuardHooks): void {
  const { socket, rtmp } = session;
  const onPublish = rtmp.onPublish.bind(rtmp);
  const onPlay = rtmp.onPlay.bind(rtmp);
  let role: 'publisher' | 'player' | 'refused' | undefined;

  const refuse = (why: Refusal): void => {
    role = 'refused';
    hooks.onRefused(why);
    rtmp.sendStatusMessage(rtmp.parserPacket.header.stream_id, 'error', 'NetStream.Publish.BadName', why);
    socket.destroySoon();
  };
  const requireNoRole = (): void => {
    if (role) throw new Error(`one command too many from a ${role}`);
  };

  session.run();
  rtmp.onPublish = (command) => {
    requireNoRole();
    const refusal = hooks.admitPublisher(command.streamName);
    if (refusal) {
      refuse(refusal);
      return;
    }
    role = 'publisher';
    // The key goes no further than this.
    onPublish({ ...command, streamName: STREAM });
  };
  rtmp.onPlay = (command) => {
    requireNoRole();
    if (!hooks.mayPlay(command.streamName, socket.remoteAddress ?? '')) {
      refuse('not this machine');
      return;
    }
    role = 'player';
    socket.setTimeout(0);
    onPlay({ ...command, streamName: STREAM });
  };
  rtmp.onPacketCallback = (packet) => {
    if (role !== 'publisher') throw new Error('a packet from one who does not publish');
    session.onPacket(packet);
    hooks.onPacket(packet);
    for (const player of session.broadcast.subscribers.values()) {
      if (player.socket.writableLength > MOST_WAITING) player.socket.destroy();
    }
  };
  limitMessages(session);

  const drop = (why: Refusal): void => {
    if (role !== 'refused') hooks.onRefused(why);
    socket.destroy();
  };
  socket.removeListener('data', session.onData);
  socket.on('data', (data) => {
    try {
      session.onData(data);
    } catch {
      drop('broken');
    }
  });
  socket.setTimeout(PATIENCE, () => drop('silent'));
  const deadline = setTimeout(() => role ?? drop('silent'), PATIENCE);
  socket.on('close', () => {
    clearTimeout(deadline);
    if (role !== 'publisher') return;
    const players = [...session.broadcast.subscribers.values()];
    session.broadcast._finishPublish();
    // Else they would wait for more.
    for (const player of players) player.socket.end();
    hooks.onUnpublished();
  });
}

/** Refuses, by throwing, what would take too much memory or leave the reader of chunks in an impossible state. */
function limitMessages({ rtmp }: RtmpSession): void {
  const packetParse = rtmp.packetParse.bind(rtmp);
  const packetAlloc = rtmp.packetAlloc.bind(rtmp);
  const controlHandler = rtmp.controlHandler.bind(rtmp);
  rtmp.packetParse = () => {
    packetParse();
    const { header, bytes, payload } = rtmp.parserPacket;
    if (header.length > MOST_BYTES) throw new Error('a message is too long');
    if (bytes > 0 && header.length > payload.length) throw new Error('a message grows while it is sent');
    if (rtmp.inPackets.size > MOST_CHUNK_STREAMS) throw new Error('too many chunk streams');
  };
  rtmp.packetAlloc = () => {
    // It would be handled with what the one before it has left.
    if (rtmp.parserPacket.header.length === 0) throw new Error('an empty message');
    packetAlloc();
  };
  rtmp.controlHandler = () => {
    controlHandler();
    const size = rtmp.inChunkSize;
    if (size < CHUNK_BYTES[0] || size > CHUNK_BYTES[1]) throw new Error('an impossible size of chunks');
  };
}
