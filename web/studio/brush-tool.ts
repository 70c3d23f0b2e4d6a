import { paintSegment, type Paint, type Point } from './brush.js';
import { at } from './dom.js';
import { fillArea } from './fill.js';
import type { Frame } from './frames.js';
import type { Panes } from './panes.js';
import { UNKNOWN, type Rows, type Size } from './trimap-edit.js';

/** What the pointer does, and with what. */
export interface ToolSettings {
  tool: 'brush' | 'eraser' | 'fill';
  value: number;
  /** Pixels of the picture. */
  diameter: number;
}

/** What can be painted on: a trimap, and what an eraser brings back. */
export type Painted = Pick<Frame, 'trimap' | 'under'>;

/** What painting is done on, and who is told. */
export interface Easel<F extends Painted> {
  readonly size: Size;
  readonly panes: Panes;
  /** The frame that is shown; undefined while it is being fetched. */
  frame(): F | undefined;
  /** Some rows of it have changed. */
  onPaint(rows: Rows): void;
  /** A stroke has ended. @param before - the trimap when it began */
  onStroke(frame: F, before: Uint8Array): void;
}

/** The pointer on the picture: strokes, straight lines with Shift, areas; and the outline of the brush. */
export class BrushTool<F extends Painted> {
  readonly settings: ToolSettings = { tool: 'brush', value: UNKNOWN, diameter: 30 };
  readonly #easel: Easel<F>;
  readonly #pane = at('paint');
  /** The stroke under way. */
  #stroke: { readonly frame: F; readonly before: Uint8Array } | undefined;
  /** Where the last stroke of this frame has ended: a straight line begins there. */
  #last: Point | undefined;
  #pointer: PointerEvent | undefined;

  constructor(easel: Easel<F>) {
    this.#easel = easel;
    this.#pane.addEventListener('pointerdown', (event) => this.#down(event));
    this.#pane.addEventListener('pointermove', (event) => this.#move(event));
    this.#pane.addEventListener('pointerup', () => this.#end());
    this.#pane.addEventListener('pointercancel', () => this.#end());
    this.#pane.addEventListener('pointerleave', () => {
      this.#pointer = undefined;
      this.showCursor();
    });
  }

  /** Whether a stroke is under way: nothing else may change the frame. */
  get busy(): boolean {
    return this.#stroke !== undefined;
  }

  /** Another frame is shown. */
  forgetLast(): void {
    this.#last = undefined;
  }

  /** The brush's outline where the pointer is. */
  showCursor(): void {
    const { tool, diameter } = this.settings;
    const cursor = at('cursor');
    const { scale } = this.#easel.panes;
    const round = tool !== 'fill';
    // Too small to be seen, the pointer is better.
    const shown = round && this.#pointer !== undefined && diameter * scale.y >= 4;
    this.#pane.dataset.cursor = round && diameter * scale.y >= 4 ? 'brush' : '';
    cursor.hidden = !shown;
    if (!shown || !this.#pointer) return;
    const { left, top } = this.#pane.getBoundingClientRect();
    const [width, height] = [diameter * scale.x, diameter * scale.y];
    cursor.style.cssText = `width: ${width}px; height: ${height}px; left: ${this.#pointer.clientX - left - width / 2}px; top: ${this.#pointer.clientY - top - height / 2}px`;
  }

  #down(event: PointerEvent): void {
    const frame = this.#easel.frame();
    if (event.button !== 0 || event.defaultPrevented || !frame || this.#stroke) return;
    this.#pane.setPointerCapture(event.pointerId);
    const to = this.#easel.panes.pictureAt(event);
    this.#stroke = { frame, before: frame.trimap.slice() };
    if (this.settings.tool === 'fill') {
      this.#easel.onPaint(fillArea(frame.trimap, this.#easel.size, to, this.settings.value));
      this.#end();
    } else {
      this.#paint(event.shiftKey && this.#last ? this.#last : to, to);
    }
  }

  #move(event: PointerEvent): void {
    this.#pointer = event;
    this.showCursor();
    if (!this.#stroke) return;
    // All the places that the pointer has been at since the last frame of the screen.
    for (const each of event.getCoalescedEvents()) {
      const to = this.#easel.panes.pictureAt(each);
      this.#paint(this.#last ?? to, to);
    }
  }

  #paint(from: Point, to: Point): void {
    const { frame } = this.#stroke!;
    const { tool, value, diameter } = this.settings;
    const paint: Paint = tool === 'eraser' ? frame.under : value;
    this.#easel.onPaint(paintSegment(frame.trimap, this.#easel.size, [from, to], diameter, paint));
    this.#last = to;
  }

  #end(): void {
    const stroke = this.#stroke;
    this.#stroke = undefined;
    if (stroke) this.#easel.onStroke(stroke.frame, stroke.before);
  }
}
