import { compiledUrl } from '../core/compiled.js';
import type { Frame, FrameFormat } from '../core/frame.js';
import { ThreadPool } from '../core/thread.js';
import type { Segment } from '../output/segment.js';
import type { ReportStore } from './report-store.js';
import type { Observation, ObserveInput, SeenFrame } from './report-worker.js';
import type { FramePictures, FrameReport, RunReport } from './run-report.js';
import type { StageClock } from './stage-clock.js';
import { isSpread, worthALook } from './worth-a-look.js';

/** What is being found out about a piece. */
interface OpenPiece {
  readonly frames: FrameReport[];
  /** Those to be shown, by position. */
  readonly shown: Map<number, ShownFrame>;
  /** The last frame observed. */
  last: SeenFrame | undefined;
}

interface ShownFrame {
  readonly report: FrameReport;
  readonly seen: SeenFrame;
  /** Absent until the frame is finished. */
  pictures?: FramePictures;
}

/**
 * Watches a run's frames go by and keeps what is worth telling of them, piece by piece: what a finished piece has found
 * out is stored before its last frame is encoded, so that a run that is gone on with lacks nothing. Frames in between two
 * stages may be of two pieces.
 */
export class RunRecorder {
  readonly #pieces: readonly Segment[];
  readonly #store: ReportStore;
  readonly #pool: ThreadPool;
  readonly #run: <T>(task: string, input: unknown) => Promise<T>;
  readonly #open = new Map<Segment, OpenPiece>();
  readonly #confidences = new Map<number, number>();
  readonly #frameCount: number;

  /** @param pieces - the run's segments, or all of it as one */
  constructor(
    format: FrameFormat,
    pieces: readonly Segment[],
    store: ReportStore,
    { clock, signal }: { readonly clock: StageClock; readonly signal: AbortSignal },
  ) {
    this.#pieces = pieces;
    this.#store = store;
    this.#frameCount = pieces.reduce((sum, { count }) => sum + count, 0);
    this.#pool = new ThreadPool(compiledUrl('./report-worker.js', import.meta.url), {
      threads: 1,
      workerData: format,
    });
    const busy = clock.counter('report');
    this.#run = (task, input) => this.#pool.run(task, input, { signal, busy });
  }

  /** How sure a frame's trimap is, told before the frame is observed. */
  confidence(index: number, confidence: number): void {
    this.#confidences.set(index, confidence);
  }

  /** Measures a frame whose alpha is complete and whose colour is still the picture's. Frames come in order. */
  async observe({ index, number, shows, memory }: Frame): Promise<void> {
    const piece = this.#pieceOf(index);
    if (index === piece.first) this.#open.set(piece, { frames: [], shown: new Map(), last: undefined });
    const open = this.#open.get(piece)!;
    const before = open.last ?? (await this.#endOf(piece.number - 1));
    const input = { memory, before } satisfies ObserveInput;
    const { seen, ...found } = await this.#run<Observation>('observe', input);
    open.last = seen;
    const confidence = this.#confidences.get(index)!;
    this.#confidences.delete(index);
    const report = { index, number, confidence, ...found, held: shows !== index };
    open.frames.push(report);
    open.shown.set(index, { report, seen });
    this.#choose(open.shown);
  }

  /** Takes pictures of a finished frame that is worth them, and stores the piece that it ends. */
  async show({ index, memory }: Frame): Promise<void> {
    const piece = this.#pieceOf(index);
    const { frames, shown, last } = this.#open.get(piece)!;
    const frame = shown.get(index);
    if (frame) frame.pictures = await this.#run('pictures', { memory, rgb: frame.seen.rgb });
    if (index < piece.first + piece.count - 1) return;
    const pictures = [...shown].map(([at, { pictures }]) => [at, pictures!] as const);
    await this.#store.save(piece.number, { frames, pictures, last: last! });
    this.#open.delete(piece);
  }

  /** What has been found out about the whole run, once all of it is finished. Values of a damaged piece are missing. */
  async report(settings: RunReport['settings']): Promise<RunReport> {
    const frames: FrameReport[] = [];
    const pictures = new Map<number, FramePictures>();
    for (const { number } of this.#pieces) {
      const piece = await this.#store.load(number);
      frames.push(...(piece?.frames ?? []));
      for (const [index, shown] of piece?.pictures ?? []) pictures.set(index, shown);
      const candidates = frames.filter(({ index }) => pictures.has(index));
      const kept = this.#worthShowing(candidates);
      for (const index of pictures.keys()) if (!kept.has(index)) pictures.delete(index);
    }
    return { settings, frameCount: this.#frameCount, frames, pictures };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #pieceOf(index: number): Segment {
    return this.#pieces[Math.floor(index / this.#pieces[0]!.count)]!;
  }

  /** The last frame of a piece: one that is being worked on, or was finished by an earlier run. */
  async #endOf(number: number): Promise<SeenFrame | undefined> {
    const piece = this.#pieces[number];
    return piece && (this.#open.get(piece)?.last ?? (await this.#store.load(number))?.last);
  }

  /** Gives up those that others have turned out to be better to look at than. */
  #choose(shown: Map<number, ShownFrame>): void {
    const kept = this.#worthShowing([...shown.values()].map(({ report }) => report));
    for (const index of shown.keys()) if (!kept.has(index)) shown.delete(index);
  }

  #worthShowing(frames: readonly FrameReport[]): ReadonlySet<number> {
    const { unsure, flickering, cuts } = worthALook(frames);
    const spread = frames.map(({ index }) => index).filter((index) => isSpread(index, this.#frameCount));
    return new Set([...unsure, ...flickering, ...cuts, ...spread]);
  }
}
