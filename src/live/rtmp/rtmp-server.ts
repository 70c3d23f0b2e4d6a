import { createServer, type Server, type Socket } from 'node:net';
import { guard } from './guard.js';
import { opens } from './keys.js';
import { loadMediaServer, type MediaPacket } from './media-server.js';
import type { RtmpEvent, RtmpSetup } from './messages.js';

/** Connections at once, publishers, our own player and strangers together. */
const MOST_CONNECTIONS = 32;
/** Seconds between key frames that a viewer, and a player that has lost data, may have to wait for. */
const LONGEST_INTERVAL = 2;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** An RTMP server for one stream of one publisher at a time, played by nobody but this machine. */
export class RtmpServer {
  readonly #setup: RtmpSetup;
  readonly #tell: (event: RtmpEvent) => void;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Of the present publisher; undefined: the stream is free. */
  #publisher: { lastKeyFrame: number | undefined; warned: boolean } | undefined;

  constructor(setup: RtmpSetup, tell: (event: RtmpEvent) => void) {
    this.#setup = setup;
    this.#tell = tell;
    const sessionOf = loadMediaServer();
    this.#server = createServer((socket) => this.#welcome(socket, sessionOf));
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('drop', (dropped) =>
      tell({ kind: 'refused', why: 'too many', address: dropped?.remoteAddress ?? '' }),
    );
    this.#server.on('error', ({ code = '' }: NodeJS.ErrnoException) => tell({ kind: 'failed', code }));
    this.#server.on('listening', () => {
      const address = this.#server.address();
      if (address && typeof address === 'object') tell({ kind: 'listening', port: address.port });
    });
  }

  get connections(): number {
    return this.#sockets.size;
  }

  listen(): void {
    const { host, port } = this.#setup;
    this.#server.listen({ host, port });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #welcome(socket: Socket, sessionOf: ReturnType<typeof loadMediaServer>): void {
    // Known even after the socket has closed.
    const address = socket.remoteAddress ?? '';
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    const { publishKeys, playKey } = this.#setup;
    guard(sessionOf(socket), {
      admitPublisher: (key) => {
        if (!opens(key, publishKeys, Date.now())) return 'wrong key';
        if (this.#publisher) return 'another publisher is there';
        this.#publisher = { lastKeyFrame: undefined, warned: false };
        // Told once the command has been answered: whoever hears of it may play at once.
        setImmediate(() => this.#tell({ kind: 'published', address }));
        return undefined;
      },
      mayPlay: (key, from) => LOOPBACK.has(from) && opens(key, [playKey], Date.now()),
      onPacket: (packet) => this.#watchKeyFrames(packet),
      onUnpublished: () => {
        this.#publisher = undefined;
        setImmediate(() => this.#tell({ kind: 'unpublished' }));
      },
      onRefused: (why) => this.#tell({ kind: 'refused', why, address }),
    });
  }

  #watchKeyFrames({ flags, dts }: MediaPacket): void {
    const publisher = this.#publisher;
    if (!publisher || (flags !== 3 && flags !== 4)) return;
    const seconds = (dts - (publisher.lastKeyFrame ?? dts)) / 1000;
    if (flags === 3 || publisher.lastKeyFrame === undefined) publisher.lastKeyFrame = dts;
    if (seconds <= LONGEST_INTERVAL || publisher.warned) return;
    publisher.warned = true;
    this.#tell({ kind: 'sparse key frames', seconds });
  }
}
