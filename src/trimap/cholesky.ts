/**
 * Solves A·x = b for a symmetric positive definite A by Cholesky's decomposition, in place.
 *
 * @param matrix - A, row-major, `n × n`; only its lower triangle is read; overwritten
 * @param vector - b; receives x
 * @returns false when A is not positive definite; `vector` is then undefined
 */
export function solveCholesky(matrix: Float64Array, vector: Float64Array): boolean {
  const n = vector.length;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * n + column]!;
      for (let k = 0; k < column; k++) sum -= matrix[row * n + k]! * matrix[column * n + k]!;
      if (row !== column) matrix[row * n + column] = sum / matrix[column * n + column]!;
      else if (sum > 0) matrix[row * n + row] = Math.sqrt(sum);
      else return false;
    }
  }
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < row; k++) vector[row]! -= matrix[row * n + k]! * vector[k]!;
    vector[row]! /= matrix[row * n + row]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) vector[row]! -= matrix[k * n + row]! * vector[k]!;
    vector[row]! /= matrix[row * n + row]!;
  }
  return true;
}
