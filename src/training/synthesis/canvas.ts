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
    const { side } = this;
    const { rgba } = emptyLayer(side);
    const cells = this.#cells;
    const scale = this.#scale;
    const stride = 4 * side * scale;
    const share = 1 / scale ** 2;
    for (let y = 0, to = 0; y < side; y++) {
      for (let x = 0; x < side; x++, to += 4) {
        let [red, green, blue, alpha] = [0, 0, 0, 0];
        for (let row = 0; row < scale; row++) {
          const start = (y * scale + row) * stride + 4 * x * scale;
          for (let i = start; i < start + 4 * scale; i += 4) {
            red += cells[i]!;
            green += cells[i + 1]!;
            blue += cells[i + 2]!;
            alpha += cells[i + 3]!;
          }
        }
        if (alpha === 0) continue;
        rgba[to] = share * red;
        rgba[to + 1] = share * green;
        rgba[to + 2] = share * blue;
        rgba[to + 3] = share * alpha;
      }
    }
    return { side, rgba };
  }

  /** Lays a finished layer over what is there. */
  lay({ rgba }: Layer): void {
    const { side } = this;
    const cells = this.#cells;
    const scale = this.#scale;
    const stride = 4 * side * scale;
    for (let y = 0, from = 0; y < side; y++) {
      for (let x = 0; x < side; x++, from += 4) {
        const alpha = rgba[from + 3]!;
        if (alpha === 0) continue;
        const rest = 1 - alpha;
        for (let row = 0; row < scale; row++) {
          const start = (y * scale + row) * stride + 4 * x * scale;
          for (let i = start; i < start + 4 * scale; i += 4) {
            cells[i] = rgba[from]! + rest * cells[i]!;
            cells[i + 1] = rgba[from + 1]! + rest * cells[i + 1]!;
            cells[i + 2] = rgba[from + 2]! + rest * cells[i + 2]!;
            cells[i + 3] = alpha + rest * cells[i + 3]!;
          }
        }
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
