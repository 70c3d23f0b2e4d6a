import type { Complaint } from '../corrupt.js';
import { decodeUtf8, type ByteCursor } from './byte-cursor.js';
import { wantsToCall } from './globals.js';
import { NumberType, type PythonGlobal, type PythonList, type PythonValue } from './python-values.js';
import type { TensorStorage } from './stored-tensor.js';

/**
 * Instructions and items of one pickle at most. A checkpoint of a network with a hundred layers and its optimiser has
 * a few ten thousand; the limit bounds time and memory that a hostile one can take.
 */
const MAX_WORK = 1_000_000;

/** What the instructions of a pickle work on: the stack, the marks on it, and the memo. */
export class PickleMachine {
  readonly bytes: ByteCursor;
  readonly storage: (id: PythonValue) => TensorStorage;
  readonly corrupt: Complaint;
  /** Sparse by the file's choice, hence a map. */
  readonly memo: Map<number, PythonValue> = new Map<number, PythonValue>();
  #stack: PythonValue[] = [];
  /** What lay below each open mark, the innermost last. */
  readonly #below: PythonValue[][] = [];
  #work = 0;

  constructor(bytes: ByteCursor, storage: (id: PythonValue) => TensorStorage, corrupt: Complaint) {
    this.bytes = bytes;
    this.storage = storage;
    this.corrupt = corrupt;
  }

  spend(work: number): void {
    this.#work += work;
    if (this.#work > MAX_WORK) {
      throw this.corrupt('a pickle is longer than any checkpoint', `over ${MAX_WORK} instructions`);
    }
  }

  push(value: PythonValue): void {
    this.#stack.push(value);
  }

  pop(): PythonValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.corrupt('a pickle takes more than it has put down');
    return value;
  }

  top(): PythonValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.corrupt('a pickle takes more than it has put down');
    return value;
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  /** Everything since the last mark. */
  popToMark(): PythonList {
    const items = this.#stack;
    const below = this.#below.pop();
    if (!below) throw this.corrupt('a pickle goes back to a mark it has not made');
    this.#stack = below;
    return items;
  }

  popMany(count: number): PythonList {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  text(length: number): string {
    return decodeUtf8(this.bytes.take(length), this.corrupt);
  }

  recall(place: number): void {
    const value = this.memo.get(place);
    if (value === undefined) throw this.corrupt('a pickle recalls what it has not kept', `place ${place}`);
    this.push(value);
  }

  append(items: readonly PythonValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.corrupt('a pickle appends to what is no list');
    for (const item of items) list.push(item);
  }

  setItems(items: readonly PythonValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) {
      throw this.corrupt('a pickle sets items of what is no dictionary');
    }
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
  }

  /** What a pickle calls REDUCE: a name applied to arguments. */
  call(): void {
    const [callee, args] = this.popMany(2);
    if (!Array.isArray(args)) throw this.corrupt('a pickle calls with what are no arguments');
    const { call, name } = asGlobal(callee) ?? {};
    if (!call) throw wantsToCall(name ?? 'what is no name', this.corrupt);
    // An argument that is recalled again and again must not be copied for nothing.
    for (const arg of args) this.spend(Array.isArray(arg) ? arg.length : 1);
    this.push(call(args, this.corrupt));
  }

  /** What a pickle calls BUILD: the state of an object. Two kinds are known to carry one, and neither needs it. */
  setState(): void {
    const state = this.pop();
    const owner = this.top();
    if (owner instanceof Map && state instanceof Map) return;
    if (owner instanceof NumberType && Array.isArray(state) && state[1] !== '>') return;
    throw this.corrupt('the file wants to set the state of an object');
  }
}

function asGlobal(value: PythonValue | undefined): PythonGlobal | undefined {
  return typeof value === 'object' && value !== null && 'name' in value ? value : undefined;
}
