/**
 * A part of the energy of alpha, quadratic in the unknown pixels' alpha x: xᵀAx − 2·pullᵀx, with A symmetric and no
 * direction in which it falls. Known pixels are in `pull`, not in x.
 */
export interface FlowTerm {
  /** A's diagonal, one entry an unknown pixel. */
  readonly diagonal: Float64Array;
  /** One entry an unknown pixel. */
  readonly pull: Float64Array;
  /** dst += Ax. */
  addProduct(dst: Float64Array, x: Float64Array): void;
}

/** A term and what it counts. */
export interface WeighedTerm {
  readonly term: FlowTerm;
  readonly weight: number;
}
