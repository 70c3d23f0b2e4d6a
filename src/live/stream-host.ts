import { asError, MatteflowError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { SocketHub } from '../output/socket-hub.js';
import type { KeyedOutputs } from './keyed-outputs.js';
import type { KeyframeDesk } from './keyframe-desk.js';
import type { LadderTargets } from './ladder.js';
import type { LiveMatter } from './matter.js';
import type { LiveMetrics } from './metrics.js';
import type { Refusal } from './rtmp/messages.js';
import type { SupervisorEvent } from './rtmp/supervisor.js';
import { runSession, type SessionReport } from './stream-session.js';

/** What the host works with. */
export interface HostParts {
  readonly ffmpeg: Ffmpeg;
  readonly matter: LiveMatter;
  readonly hub: SocketHub;
  readonly metrics: LiveMetrics;
  readonly outputs: KeyedOutputs;
  readonly targets: LadderTargets;
  readonly desk: KeyframeDesk;
  readonly onNotice: (notice: string) => void;
}

/** What viewers are told of connections that were turned away. Strangers who only make noise are none of their business. */
const TOLD: Partial<Record<Refusal, string>> = {
  'wrong key': 'A publisher with a wrong key was refused.',
  'another publisher is there': 'A second publisher was refused: the first is still there.',
};

const WAITING = { kind: 'stream', state: 'waiting' };
/** Sessions without a report between them that may fail, before a new publisher is waited for. */
const MOST_FAILURES = 3;

/** One stream after another: follows the publisher's coming and going, and tells everyone. */
export class StreamHost {
  readonly #parts: HostParts;
  /** The publisher's, while there is one. */
  #session: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  #port = 0;
  #listening = false;
  #report: SessionReport | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
    parts.hub.greet([WAITING]);
  }

  /** Whether publishers can connect, and what of the present one. */
  get health(): { readonly ok: boolean; readonly publishing: boolean; readonly report?: SessionReport } {
    const publishing = this.#session !== undefined;
    return { ok: this.#listening, publishing, ...(publishing && this.#report && { report: this.#report }) };
  }

  /** @param urlAt - where our ffmpeg plays the stream, by the server's port */
  hear(event: SupervisorEvent, urlAt: (port: number) => string): void {
    const { metrics } = this.#parts;
    switch (event.kind) {
      case 'listening':
        this.#port = event.port;
        this.#listening = true;
        return;
      case 'published':
        metrics.publisher(true);
        this.#begin(urlAt(this.#port));
        return;
      case 'unpublished':
        metrics.publisher(false);
        this.#end();
        return;
      case 'refused': {
        metrics.refused(event.why);
        const told = TOLD[event.why];
        if (told) this.#tell(`${told} (${event.address})`);
        return;
      }
      case 'sparse key frames':
        this.#tell(
          `The publisher sends a key frame every ${event.seconds.toFixed(1)} seconds only: set its interval to 2 or less.`,
        );
        return;
      case 'restarted':
        this.#listening = false;
        metrics.restarted();
        this.#tell('The RTMP server was started again; the publisher has to connect anew.');
        return;
      case 'load':
        metrics.rtmpLoad(event.connections, event.rss);
        return;
      case 'failed':
        this.#listening = false;
    }
  }

  /** The operator has stepped out of the picture. */
  capturePlate(): void {
    if (!this.#session) return;
    this.#parts.matter.memory.capturePlate().catch((error: unknown) => this.#tell(asError(error).message));
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#end();
    await session?.ended;
    await this.#parts.outputs.close();
  }

  #begin(url: string): void {
    const before = this.#session;
    const stop = new AbortController();
    const ended = (async () => {
      before?.stop.abort();
      await before?.ended;
      await this.#follow(url, stop.signal);
    })();
    this.#session = { stop, ended };
  }

  #end(): void {
    const session = this.#session;
    if (!session || session.stop.signal.aborted) return;
    session.stop.abort();
    this.#parts.desk.end();
    // A publisher who comes back meanwhile has a session of its own, which waits for this one.
    void session.ended.then(() => {
      if (this.#session === session) this.#session = undefined;
    });
    this.#parts.hub.greet([WAITING]);
    this.#tell('The publisher has gone.');
  }

  /** Runs sessions of one publisher: another one where the size of the pictures has changed on the way. */
  async #follow(url: string, signal: AbortSignal): Promise<void> {
    const { ffmpeg, matter, hub, metrics, outputs, targets, onNotice } = this.#parts;
    // Read through a call: it changes while a session runs.
    const stopped = (): boolean => signal.aborted;
    for (let failures = 0; failures < MOST_FAILURES && !signal.aborted;) {
      try {
        await runSession(
          url,
          {
            ...{ ffmpeg, matter, hub, outputs, targets, onNotice },
            onReport: (report) => {
              failures = 0;
              this.#report = report;
              metrics.session(report);
              hub.tell(report);
            },
            onBegin: (size) => this.#beginDesk(size),
          },
          signal,
        );
        return;
      } catch (error) {
        if (stopped()) return;
        failures += 1;
        const resized = error instanceof MatteflowError && error.code === 'INPUT_UNSUPPORTED';
        hub.tell({
          kind: 'notice',
          text: resized ? 'The picture has another size now.' : 'The stream failed; it is tried again.',
        });
        onNotice(asError(error).message);
      }
    }
    if (stopped()) return;
    hub.greet([WAITING]);
    this.#tell('The stream cannot be read: the publisher has to connect again.');
  }

  async #beginDesk(size: { readonly width: number; readonly height: number }): Promise<void> {
    const { desk, onNotice } = this.#parts;
    onNotice(`a publisher sends ${size.width}×${size.height}`);
    try {
      await desk.begin(size);
    } catch (error) {
      // Without its keyframe a stream can still be seen, and a new one painted.
      if (!(error instanceof MatteflowError) || error.code !== 'TRIMAP_SIZE') throw error;
      this.#tell(error.message);
    }
  }

  #tell(text: string): void {
    this.#parts.hub.tell({ kind: 'notice', text });
    this.#parts.onNotice(text);
  }
}
