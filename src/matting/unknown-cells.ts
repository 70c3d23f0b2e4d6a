/** Where the unknown pixels lie, cell by cell: bounds in frame pixels, ends excluded; `right` is 0 in a cell without any. */
export interface CellBounds {
  /** Side of a cell, pixels. */
  readonly size: number;
  readonly columns: number;
  readonly rows: number;
  readonly left: Uint16Array;
  readonly top: Uint16Array;
  readonly right: Uint16Array;
  readonly bottom: Uint16Array;
}

/**
 * The bounds of the unknown pixels in every cell of a grid.
 * Runs of known pixels are skipped by the byte search of the JavaScript engine, so the cost follows the unknown region.
 *
 * @param trimap - row-major, 128 unknown
 * @param size - side of a cell, pixels
 */
export function unknownCells(
  trimap: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  size: number,
): CellBounds {
  const [columns, rows] = [Math.ceil(width / size), Math.ceil(height / size)];
  const plane = (value: number): Uint16Array => new Uint16Array(columns * rows).fill(value);
  const cells = {
    size,
    columns,
    rows,
    left: plane(65535),
    top: plane(65535),
    right: plane(0),
    bottom: plane(0),
  };
  for (let at = trimap.indexOf(128); at !== -1;) {
    const y = Math.floor(at / width);
    const x = at - y * width;
    const column = Math.floor(x / size);
    const cell = Math.floor(y / size) * columns + column;
    const stop = y * width + Math.min((column + 1) * size, width);
    let last = at;
    for (let next = at + 1; next < stop; next += 1) if (trimap[next] === 128) last = next;
    if (x < cells.left[cell]!) cells.left[cell] = x;
    if (y < cells.top[cell]!) cells.top[cell] = y;
    if (last - y * width >= cells.right[cell]!) cells.right[cell] = last - y * width + 1;
    cells.bottom[cell] = y + 1;
    at = trimap.indexOf(128, stop);
  }
  return cells;
}
