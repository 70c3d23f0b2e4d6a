import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { asError, MatteflowError } from '../core/errors.js';
import type { ClipPropagation } from '../pipeline/clip-propagation.js';
import type { PaintedFrames } from './painted-frames.js';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Frames that are suggested at a time. */
const SUGGESTIONS = 5;

/** How propagation stands, for the page. */
export interface PropagationStatus {
  readonly running: boolean;
  /** Frames that the run under way, or the last one, has made. */
  readonly done: number;
  /** Whether frames have been painted since it began. */
  readonly stale: boolean;
  readonly suggestions: readonly number[];
  /** Why it stopped, if it failed. */
  readonly failure?: string;
}

/** Who is told what happens. */
export interface PropagationListener {
  /** @param done - frames that this run has made */
  readonly onFrame: (frame: {
    readonly number: number;
    readonly confidence: number;
    readonly done: number;
  }) => void;
  readonly onStatus: (status: PropagationStatus) => void;
}

/** Carries the painted frames to all others, when asked to, and keeps the outcome, a few kilobytes a frame. */
export class Propagation {
  readonly #open: () => ClipPropagation;
  /** Opened by the first run: its threads are not needed before. */
  #source: ClipPropagation | undefined;
  readonly #painted: PaintedFrames;
  readonly #tell: PropagationListener;
  readonly #frames = new Map<number, { readonly trimap: Buffer; readonly confidence: number }>();
  /** The painted frames that the last run began with, and their revisions. */
  #begunWith = '';
  #run: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  #done = 0;
  #suggestions: readonly number[] = [];
  #failure: string | undefined;

  constructor(open: () => ClipPropagation, painted: PaintedFrames, tell: PropagationListener) {
    this.#open = open;
    this.#painted = painted;
    this.#tell = tell;
  }

  get status(): PropagationStatus {
    return {
      running: this.#run !== undefined,
      done: this.#done,
      stale: this.#revisions() !== this.#begunWith,
      suggestions: this.#suggestions,
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
  }

  /** By frame number, 0..1. */
  confidences(): [number, number][] {
    return [...this.#frames].map(([number, { confidence }]) => [number, confidence]);
  }

  /** Undefined where nothing has been propagated to. */
  async trimapOf(number: number): Promise<Uint8Array | undefined> {
    const frame = this.#frames.get(number);
    return frame && inflate(frame.trimap);
  }

  /** Begins a run with the frames as they are painted now; one under way is stopped first. */
  async start(): Promise<void> {
    await this.stop();
    const stop = new AbortController();
    this.#begunWith = this.#revisions();
    this.#done = 0;
    this.#failure = undefined;
    const ended = this.#update(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) this.#failure = reason(error);
    });
    const run = { stop, ended };
    this.#run = run;
    this.#tell.onStatus(this.status);
    void ended.then(() => {
      if (this.#run === run) this.#run = undefined;
      this.#tell.onStatus(this.status);
    });
  }

  /** What has been made is kept; the next run goes on from there. */
  async stop(): Promise<void> {
    this.#run?.stop.abort();
    await this.#run?.ended;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#source?.close();
  }

  async #update(signal: AbortSignal): Promise<void> {
    const source = (this.#source ??= this.#open());
    const keyframes = new Map<number, Uint8Array>();
    for (const { number } of this.#painted.list()) {
      const trimap = await this.#painted.trimapOf(number);
      // A copy: painting goes on.
      if (trimap) keyframes.set(number, trimap.slice());
    }
    if (keyframes.size === 0) this.#frames.clear();
    for await (const { frame, trimap, confidence } of source.update(keyframes, { signal })) {
      this.#frames.set(frame, { trimap: await deflate(trimap, { level: 1 }), confidence });
      this.#done += 1;
      this.#tell.onFrame({ number: frame, confidence, done: this.#done });
    }
    this.#suggestions = source.suggest(SUGGESTIONS);
  }

  #revisions(): string {
    return this.#painted
      .list()
      .map(({ number, revision }) => `${number}:${revision}`)
      .join();
  }
}

function reason(error: unknown): string {
  return error instanceof MatteflowError ? error.message : asError(error).message;
}
