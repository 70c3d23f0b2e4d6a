import type { ClipState } from './clip-state.js';
import { at } from './dom.js';

/** What a timeline shows of each frame. */
export interface TimelineFacts {
  readonly first: number;
  readonly count: number;
  readonly current: number;
  readonly known: ClipState;
}

const MARGIN = 10;
const STRIP = { top: 22, height: 14 } as const;
const COLOURS = {
  line: '#3d3d3d',
  ink: '#e4e4e4',
  quiet: '#8f8f8f',
  none: '#303030',
  painted: '#e4e4e4',
  draft: '#d9a441',
  suggested: '#d48cff',
  cut: '#7fd4e8',
} as const;

/** The strip below the pictures: confidence, keyframes, suggestions, cuts, and where one is. */
export class Timeline {
  readonly #canvas = at('timeline', HTMLCanvasElement);
  readonly #facts: () => TimelineFacts;

  constructor(facts: () => TimelineFacts, onSeek: (number: number) => void) {
    this.#facts = facts;
    const seek = (event: PointerEvent): void => onSeek(this.#numberAt(event.offsetX));
    this.#canvas.addEventListener('pointerdown', (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.#canvas.addEventListener('pointermove', (event) => {
      if (event.buttons & 1) seek(event);
    });
    new ResizeObserver(() => this.draw()).observe(this.#canvas);
  }

  draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    const context = this.#canvas.getContext('2d')!;
    context.scale(devicePixelRatio, devicePixelRatio);
    const facts = this.#facts();
    this.#drawRuler(context, facts);
    this.#drawStrip(context, facts);
    this.#drawCuts(context, facts);
    this.#drawMarks(context, facts);
    this.#drawHead(context, facts, height);
  }

  #drawRuler(context: CanvasRenderingContext2D, { first, count }: TimelineFacts): void {
    context.font = '11px system-ui, sans-serif';
    context.textAlign = 'center';
    const step = labelStep(count, this.#canvas.clientWidth);
    for (let number = Math.ceil(first / step) * step; number < first + count; number += step) {
      context.fillStyle = COLOURS.line;
      context.fillRect(Math.round(this.#middleOf(number)), 14, 1, 6);
      context.fillStyle = COLOURS.quiet;
      context.fillText(String(number), this.#middleOf(number), 10);
    }
  }

  #drawStrip(context: CanvasRenderingContext2D, facts: TimelineFacts): void {
    const { first, count, known } = facts;
    const { confidences, painted, proxies } = known;
    for (let number = first; number < first + count; number++) {
      const confidence = confidences.get(number);
      const colour = confidence === undefined ? COLOURS.none : confidenceColour(confidence);
      context.fillStyle = painted.has(number) ? COLOURS.painted : colour;
      const from = this.#edgeOf(number);
      context.fillRect(from, STRIP.top, this.#edgeOf(number + 1) - from + 0.5, STRIP.height);
    }
    if (proxies === count) return;
    context.fillStyle = COLOURS.quiet;
    context.fillRect(MARGIN, STRIP.top + STRIP.height + 1, this.#edgeOf(first + proxies) - MARGIN, 2);
  }

  /** Between the last frame of a shot and the first of the next. */
  #drawCuts(context: CanvasRenderingContext2D, { known: { cuts } }: TimelineFacts): void {
    context.fillStyle = COLOURS.cut;
    for (const number of cuts) {
      context.fillRect(Math.round(this.#edgeOf(number)) - 1, STRIP.top - 6, 2, STRIP.height + 12);
    }
  }

  #drawMarks(context: CanvasRenderingContext2D, { known }: TimelineFacts): void {
    const { painted, propagation } = known;
    const y = STRIP.top + STRIP.height + 12;
    for (const [number, { saved }] of painted) {
      diamond(context, this.#middleOf(number), y);
      context.fillStyle = context.strokeStyle = saved ? COLOURS.painted : COLOURS.draft;
      if (saved) context.fill();
      else context.stroke();
    }
    context.fillStyle = COLOURS.suggested;
    for (const number of propagation.suggestions) {
      if (painted.has(number)) continue;
      triangle(context, this.#middleOf(number), y);
      context.fill();
    }
  }

  #drawHead(context: CanvasRenderingContext2D, { current }: TimelineFacts, height: number): void {
    context.fillStyle = '#ff5f57';
    context.fillRect(Math.round(this.#middleOf(current)) - 1, 13, 2, height - 13);
  }

  #edgeOf(number: number): number {
    const { first, count } = this.#facts();
    return MARGIN + ((number - first) / count) * (this.#canvas.clientWidth - 2 * MARGIN);
  }

  #middleOf(number: number): number {
    return (this.#edgeOf(number) + this.#edgeOf(number + 1)) / 2;
  }

  #numberAt(x: number): number {
    const { first, count } = this.#facts();
    const along = (x - MARGIN) / (this.#canvas.clientWidth - 2 * MARGIN);
    return first + Math.min(count - 1, Math.max(0, Math.floor(along * count)));
  }
}

/** From red at a half and below, where somebody should look, to a quiet green at one. */
export function confidenceColour(confidence: number): string {
  const sure = Math.min(1, Math.max(0, (confidence - 0.5) / 0.5));
  return `hsl(${(5 + 130 * sure).toFixed(0)} 32% 38%)`;
}

/** Frames between labels: 1, 2, 5, 10, 20, … so that they have room. */
function labelStep(count: number, width: number): number {
  const least = (count * 46) / width;
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((n) => n * ten).find((step) => step >= least) ?? 10 * ten;
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x, y - 6);
  context.lineTo(x + 6, y);
  context.lineTo(x, y + 6);
  context.lineTo(x - 6, y);
  context.closePath();
  context.lineWidth = 2;
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x, y - 5);
  context.lineTo(x + 6, y + 5);
  context.lineTo(x - 6, y + 5);
  context.closePath();
}
