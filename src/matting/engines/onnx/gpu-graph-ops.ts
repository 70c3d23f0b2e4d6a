import type { PoolIndices, Pooled } from '../../ops.js';
import { GraphOps } from './graph-ops.js';
import type { GraphWriter, ValueName } from './graph.js';

/** The places of a 2×2 window in reading order: row, column. */
const PLACES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/**
 * The operations as GPUs can run them. No GPU of ONNX Runtime's has MaxUnpool, and WebGPU's MaxPool gives no indices,
 * so both are written with what every one has. The four places of a window are four maps of half the size; the first
 * of them that equals the maximum is where it lay, as in MaxPool; unpooling puts each value on that map and weaves the
 * four together again. Exact, also where a window's values are equal.
 */
export class GpuGraphOps extends GraphOps {
  readonly #graph: GraphWriter;

  constructor(graph: GraphWriter) {
    super(graph);
    this.#graph = graph;
  }

  /** The indices are places 0 to 3, at the pooled size: a quarter of what keeping the source for later would take. */
  override maxPool(x: ValueName): Pooled<ValueName> {
    const [values] = this.#graph.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    let where = this.#number(3);
    for (const place of [2, 1, 0] as const) {
      const [found] = this.#graph.node('Equal', [this.#atPlace(x, place), values]);
      [where] = this.#graph.node('Where', [found, this.#number(place), where]);
    }
    return { values, indices: { source: x, where } };
  }

  override unpool(x: ValueName, { where }: PoolIndices<ValueName>): ValueName {
    const maps = PLACES.map((_, place) => {
      const [here] = this.#graph.node('Equal', [where, this.#number(place)]);
      return this.#graph.node('Where', [here, x, this.#number(0)])[0];
    });
    return this.#graph.node('DepthToSpace', [this.concat(maps)], { blocksize: 2 })[0];
  }

  /**
   * Not as Clip: ONNX Runtime 1.30 fuses a convolution with the sigmoid after it and then with a Clip after that, and
   * the sigmoid is lost.
   */
  override clip(x: ValueName, min: number, max: number): ValueName {
    const [raised] = this.#graph.node('Max', [x, this.#number(min)]);
    return this.#graph.node('Min', [raised, this.#number(max)])[0];
  }

  /** One place of every window: (N, C, H/2, W/2). */
  #atPlace(x: ValueName, place: 0 | 1 | 2): ValueName {
    const list = (values: readonly number[]): ValueName => this.#graph.integers(values);
    // Past any picture's end: until the last row and column.
    const end = 2 ** 31 - 1;
    return this.#graph.node('Slice', [
      x,
      list(PLACES[place]),
      list([end, end]),
      list([2, 3]),
      list([2, 2]),
    ])[0];
  }

  #number(value: number): ValueName {
    return this.#graph.floats([value], []);
  }
}
