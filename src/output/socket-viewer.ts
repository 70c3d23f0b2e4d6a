import type { WebSocket } from 'ws';

/** Bytes that may wait to be sent: beyond, the viewer is behind and gets nothing more until it has caught up. */
const MOST_WAITING = 2 ** 20;
/** Milliseconds a viewer may be behind. */
const PATIENCE = 3000;

/** What a viewer is sent for a packet of the stream. */
export interface ViewerMessage {
  readonly bytes: Uint8Array;
  /** It can be decoded without those before it. */
  readonly key: boolean;
}

/** One viewer's end of the stream. One that cannot keep up skips to a key frame, and is closed when that does not help. */
export class SocketViewer {
  readonly #socket: WebSocket;
  /** Skips until then: what comes between could not be decoded. */
  #needsKey = true;
  /** Since when it has been behind, milliseconds. */
  #behindSince: number | undefined;
  #dropped = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Messages that it was not sent. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes that wait for it. */
  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  /** Something about the stream that is sent whatever waits: small, and rare. */
  tell(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** What the decoder is set up with has changed: nothing but a key frame goes with it. */
  restart(): void {
    this.#needsKey = true;
  }

  /** @param now - milliseconds */
  send({ bytes, key }: ViewerMessage, now: number): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.waiting > MOST_WAITING) {
      this.#fallBehind(now);
      return;
    }
    this.#behindSince = undefined;
    if (this.#needsKey && !key) {
      this.#dropped += 1;
      return;
    }
    this.#needsKey = false;
    this.#socket.send(bytes, { binary: true });
  }

  #fallBehind(now: number): void {
    this.#dropped += 1;
    this.#needsKey = true;
    this.#behindSince ??= now;
    // A farewell would wait behind all the rest.
    if (now - this.#behindSince >= PATIENCE) this.#socket.terminate();
  }
}
