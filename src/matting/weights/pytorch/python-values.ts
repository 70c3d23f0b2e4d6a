import type { Complaint } from '../corrupt.js';
import type { NumberKind, StoredTensor, TensorStorage } from './stored-tensor.js';

/** What a pickle can become here: plain data, and descriptions of tensors. Tuples, lists and sets are arrays. */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PythonValue[]
  | PythonList
  | Map<PythonValue, PythonValue>
  | PythonGlobal
  | TensorStorage
  | StoredTensor
  | NumberType
  | Latin1Bytes;

/** A list or set while it is being filled. */
export type PythonList = PythonValue[];

/** One of the few names a pickle may use, with what is done here in place of what Python would run. */
export interface PythonGlobal {
  readonly name: string;
  /** For `torch`'s storage classes: what they hold. */
  readonly storageKind?: NumberKind;
  /** Absent for what may be named but not called. */
  readonly call?: (args: readonly PythonValue[], corrupt: Complaint) => PythonValue;
}

/** A number type of NumPy's: `f8`, `<i4`. */
export class NumberType {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

/** How protocol 2 spells a byte string: text, whose characters are the bytes. Left as text: few are ever looked at. */
export class Latin1Bytes {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
