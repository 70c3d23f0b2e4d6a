import { BrushTool } from './brush-tool.js';
import { ClipState } from './clip-state.js';
import { at, wordsOf } from './dom.js';
import { Frames, type Frame } from './frames.js';
import { MatteView, type Over } from './matte-view.js';
import { Outbox } from './outbox.js';
import { Overlay } from './overlay.js';
import { Painting, type PaintedPage } from './painting.js';
import { Panes } from './panes.js';
import { PictureView } from './picture-view.js';
import { Playback, type PlayedPage } from './playback.js';
import { call, type PaintedFrame, type ServerEvents, type ServerState } from './server.js';
import { Timeline } from './timeline.js';
import type { Edit, Rows } from './trimap-edit.js';

/** The page: which frame is shown, what is done to it, what the server has said. */
export class Studio implements PaintedPage, PlayedPage {
  readonly clip: ServerState['clip'];
  readonly panes: Panes;
  readonly brush: BrushTool<Frame>;
  readonly painting: Painting;
  readonly outbox: Outbox;
  readonly matte: MatteView;
  readonly #picture: PictureView;
  readonly #timeline: Timeline;
  readonly #frames: Frames;
  readonly #onChange: () => void;
  readonly known: ClipState;
  readonly overlay = new Overlay();
  readonly playback: Playback = new Playback(this);
  current: number;
  /** The frame that is shown, once it has been fetched. */
  frame: Frame | undefined;
  /** What went wrong last; nothing once something has worked. */
  fault = '';
  /** Why the server is not heard of. */
  lost = '';
  /** Grows with every change of the shown trimap: what a matte was made of. */
  #version = 0;
  /** Frames that others have changed while they were painted here. */
  readonly #stale = new Set<number>();

  /** @param onChange - called after everything that controls and texts depend on */
  constructor(state: ServerState, onChange: () => void) {
    this.clip = state.clip;
    this.current = state.painted[0]?.number ?? state.clip.first;
    this.known = new ClipState(state);
    this.#onChange = onChange;
    this.#frames = new Frames(state.clip);
    this.painting = new Painting(this, this.#frames);
    this.panes = new Panes(state.clip, () => this.brush.showCursor());
    this.brush = new BrushTool({
      size: state.clip,
      panes: this.panes,
      frame: () => this.frame,
      onPaint: (rows) => this.#draw(rows),
      onStroke: (frame, before) => this.painting.commit(frame, before),
    });
    this.outbox = new Outbox(
      state.folder,
      () => this.#delivered(),
      (message) => this.say(message),
    );
    this.matte = new MatteView({
      wanted: () => {
        if (!this.frame || !this.previewShown || this.playback.isPlaying()) return undefined;
        return this.frame.origin === 'none'
          ? 'nothing'
          : { number: this.current, key: `${this.current} ${this.#version}` };
      },
      delivered: () => this.outbox.idle,
    });
    this.#picture = new PictureView(state.run, (error) => this.say(error));
    this.#timeline = new Timeline(
      () => ({
        first: this.clip.first,
        count: this.clip.count,
        current: this.current,
        known: this.known,
      }),
      (number) => void this.show(number),
    );
  }

  get previewShown(): boolean {
    return !at('preview').hidden;
  }

  /** Shows a frame; beyond the ends, the nearest there is. A stroke is ended on the frame that it was begun on. */
  async show(number: number): Promise<void> {
    this.playback.stop();
    await this.display(number, false);
  }

  async display(number: number, playing: boolean): Promise<void> {
    if (this.busy) return;
    const { first, count } = this.clip;
    this.current = Math.min(first + count - 1, Math.max(first, number));
    void this.#picture.show(this.current, !playing);
    this.brush.forgetLast();
    this.#leave();
    this.changed();
    if (!playing || this.overlay.shown) await this.#fetch();
  }

  get ready(): number {
    return this.known.proxies;
  }

  async load(number: number): Promise<void> {
    await Promise.all([
      this.#picture.load(number),
      this.overlay.shown ? this.#frames.get(number) : undefined,
    ]);
  }

  /** Nothing of one frame is to be seen over another. */
  #leave(): void {
    this.frame = undefined;
    this.overlay.clear(this.clip);
    at('paint').toggleAttribute('data-loading', true);
    this.matte.refresh();
  }

  say(error: unknown): void {
    this.fault = wordsOf(error);
    this.#onChange();
  }

  changed(): void {
    this.#timeline.draw();
    this.#onChange();
  }

  redraw(): void {
    this.#draw([0, this.clip.height]);
    this.changed();
  }

  get busy(): boolean {
    return this.brush.busy;
  }

  isSaved(number: number): boolean {
    return this.known.painted.get(number)?.saved ?? false;
  }

  send(edit: Edit, painted: boolean): void {
    this.#version += 1;
    this.outbox.send(this.current, edit, painted);
    this.redraw();
    this.matte.refresh();
  }

  async remove(): Promise<void> {
    const number = this.current;
    await this.outbox.idle;
    await call(`/frames/${number}/remove`, {});
    this.#frames.forget(number);
    await this.#fetch();
  }

  async save(): Promise<void> {
    await this.outbox.idle;
    await call('/save', {});
  }

  async propagate(): Promise<void> {
    await this.outbox.idle;
    await call(this.known.propagation.running ? '/stop' : '/propagate', {});
  }

  setOver(over: Over): void {
    this.matte.show(over);
    this.#onChange();
  }

  togglePreview(): void {
    at('preview').hidden = !at('preview').hidden;
    this.matte.refresh();
    this.#onChange();
  }

  /** All that the server knows: when the page is opened, and whenever the connection is there again. */
  takeState(state: ServerState): void {
    this.lost = this.fault = '';
    const changed = this.known.changedIn(state);
    this.known.take(state);
    this.#picture.restart(state.run);
    this.changed();
    void this.refetch(changed);
  }

  takePainted(frames: readonly PaintedFrame[]): void {
    this.known.takePainted(frames);
    this.changed();
  }

  /** Others have changed frames. What is being painted here goes to the server first. */
  async refetch(numbers: Iterable<number>): Promise<void> {
    for (const number of numbers) {
      const ours = this.outbox.has(number) || (this.busy && number === this.current);
      if (ours) this.#stale.add(number);
      else this.#frames.forget(number);
    }
    if (!this.busy) await this.#fetch();
  }

  /** Propagation has reached a frame. */
  async takePropagated(frame: ServerEvents['propagated']): Promise<void> {
    this.known.takePropagated(frame);
    this.#frames.forgetUntouched(frame.number);
    this.changed();
    if (frame.number === this.current && !this.busy) await this.#fetch();
  }

  #delivered(): void {
    if (this.outbox.length === 0) this.fault = '';
    this.#onChange();
    if (this.outbox.length > 0 || this.#stale.size === 0) return;
    const numbers = [...this.#stale];
    this.#stale.clear();
    void this.refetch(numbers);
  }

  async #fetch(): Promise<void> {
    const number = this.current;
    try {
      const frame = await this.#frames.get(number);
      if (number !== this.current || frame === this.frame) return;
      // What has been painted here meanwhile is not in it.
      if (this.busy || this.outbox.has(number)) this.#stale.add(number);
      if (this.busy) return;
      this.frame = frame;
      at('paint').toggleAttribute('data-loading', false);
      this.#version += 1;
      this.redraw();
      this.matte.refresh();
    } catch (error) {
      this.say(error);
    }
  }

  #draw(rows: Rows): void {
    if (this.frame) this.overlay.draw(this.frame, this.clip, rows, this.busy);
  }
}
