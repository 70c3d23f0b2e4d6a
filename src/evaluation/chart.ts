export interface Axis {
  /** With its unit. */
  readonly name: string;
  /** Default `linear`. `log` shows ratios as distances; its values are above 0. */
  readonly scale?: 'linear' | 'log';
}

/** A plot's data. */
export interface Chart {
  /** The file's name, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /**
   * `bars`: one bar a series over each x, which are names. `lines`: x are numbers. `curves`: the same of so many points that
   * they are not marked one by one, and thinned to the least and the most of what one pixel shows.
   */
  readonly kind: 'lines' | 'bars' | 'curves';
  /** Positions on the horizontal axis that a thin line marks. */
  readonly marks?: readonly number[];
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number | string, y: number])[];
  }[];
}
