import { Coverage } from './coverage.js';
import { emptyLayer, type Layer } from './layer.js';

/**
 * What colour a shape has at a point.
 *
 * @param ink - to be filled with straight R′G′B′ and opacity, 0..1
 */
export type Shade = (x: number, y: number, ink: Float32Array) => void;

/** Each pixel is the mean of this many squared, whose coverage is exact. */
const SUPERSAMPLING = 2;

/**
 * Draws shapes over each other, and keeps alpha exact: within a cell a shape covers its exact area, cells composite by
 * `over`, and pixels are means of cells. All coordinates are pixels of the finished picture, (0, 0) its top left corner.
 */
export class Canvas {
  /** Pixels along either axis. */
  readonly side: number;
  readonly #scale: number;
  readonly #coverage: Coverage;
  readonly #cells: Float32Array;
  readonly #ink: Float32Array = new Float32Array(4);

  /** @param supersampling - cells a pixel, along either axis */
  constructor(side: number, supersampling: number = SUPERSAMPLING) {
    this.side = side;
    this.#scale = supersampling;
    this.#coverage = new Coverage(side * supersampling);
    this.#cells = new Float32Array(4 * (side * supersampling) ** 2);
  }

  /**
   * Adds a closed polygon to the shape to be painted. Those of one shape that turn the same way unite.
   *
   * @param points - x and y in turns
   */
  polygon(points: ArrayLike<number>, count: number = points.length / 2): this {
    const s = this.#scale;
    let x0 = s * points[2 * count - 2]!;
    let y0 = s * points[2 * count - 1]!;
    for (let i = 0; i < count; i++) {
      const x1 = s * points[2 * i]!;
      const y1 = s * points[2 * i + 1]!;
      this.#coverage.edge(x0, y0, x1, y1);
      x0 = x1;
      y0 = y1;
    }
    return this;
  }

  /** Paints the polygons added since the last call over what is there. */
  paint(shade: Shade): void {
    const cells = this.#cells;
    const ink = this.#ink;
    const size = 1 / this.#scale;
    this.#coverage.drain((row, from, to, coverage, offset) => {
      const y = (row + 0.5) * size;
      for (let x = from; x < to; x++) {
        const covered = coverage[offset + x]!;
        if (covered < 1e-4) continue;
        shade((x + 0.5) * size, y, ink);
        const alpha = covered * ink[3]!;
        const rest = 1 - alpha;
        const i = 4 * (row * this.#coverage.side + x);
        cells[i] = alpha * ink[0]! + rest * cells[i]!;
        cells[i + 1] = alpha * ink[1]! + rest * cells[i + 1]!;
        cells[i + 2] = alpha * ink[2]! + rest * cells[i + 2]!;
        cells[i + 3] = alpha + rest * cells[i + 3]!;
      }
    });
  }

  /** The picture so far: means over the cells of each pixel. */
  toLayer(): Layer {
    const layer = emptyLayer(this.side);
    const across = this.#coverage.side;
    const share = 1 / this.#scale ** 2;
    for (let y = 0; y < across; y++) {
      const row = Math.floor(y / this.#scale) * this.side;
      for (let x = 0; x < across; x++) {
        const to = 4 * (row + Math.floor(x / this.#scale));
        const from = 4 * (y * across + x);
        for (let c = 0; c < 4; c++) layer.rgba[to + c]! += share * this.#cells[from + c]!;
      }
    }
    return layer;
  }

  /** Draws a finished layer under the next shapes: over what is there. */
  lay(layer: Layer): void {
    const cells = this.#cells;
    const across = this.#coverage.side;
    for (let y = 0; y < across; y++) {
      const row = Math.floor(y / this.#scale) * this.side;
      for (let x = 0; x < across; x++) {
        const from = 4 * (row + Math.floor(x / this.#scale));
        const to = 4 * (y * across + x);
        const rest = 1 - layer.rgba[from + 3]!;
        for (let c = 0; c < 4; c++) cells[to + c] = layer.rgba[from + c]! + rest * cells[to + c]!;
      }
    }
  }
}

/** One colour everywhere. */
export function flat([red, green, blue]: readonly [number, number, number], opacity = 1): Shade {
  return (_x, _y, ink) => {
    ink[0] = red;
    ink[1] = green;
    ink[2] = blue;
    ink[3] = opacity;
  };
}
