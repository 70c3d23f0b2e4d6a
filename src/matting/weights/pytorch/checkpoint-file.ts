import type { PythonValue } from './python-values.js';

/** A file of PyTorch's, taken apart: the object that was saved, and the bytes of the storages its tensors look at. */
export interface CheckpointFile {
  readonly value: PythonValue;
  /** A storage's bytes by its key, as views of the file; undefined for a key the file has not. */
  readonly storage: (key: string) => Uint8Array | undefined;
}
