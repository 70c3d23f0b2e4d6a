import type { Complaint } from '../corrupt.js';
import type { ByteCursor } from './byte-cursor.js';
import { findGlobal } from './globals.js';
import { PickleMachine } from './pickle-machine.js';
import type { PythonValue } from './python-values.js';
import type { TensorStorage } from './stored-tensor.js';

/** Bytes of the longest whole number: PyTorch's magic number has ten. */
const MAX_INTEGER = 16;

type Handler = (machine: PickleMachine) => void;

/**
 * Reads one pickle: the instruction set of Python's `pickle`, protocols 2 to 5 (PEP 307, 3154, 574), cut down to those
 * that build plain data. Names are looked up in a short list, and what stands there is ours; nothing of the file's runs.
 *
 * @param cursor - at the pickle's first byte; left behind its last
 * @param storage - the storage that a persistent id means
 * @throws `WEIGHTS_CORRUPT` for everything else, naming what the file wanted to call
 */
export function unpickle(
  cursor: ByteCursor,
  storage: (id: PythonValue) => TensorStorage,
  corrupt: Complaint,
): PythonValue {
  const machine = new PickleMachine(cursor, storage, corrupt);
  for (;;) {
    machine.spend(1);
    const opcode = cursor.u8();
    if (opcode === STOP) return machine.pop();
    const handler = HANDLERS[opcode];
    if (!handler) {
      const seen = `0x${opcode.toString(16).padStart(2, '0')} at byte ${cursor.position - 1}`;
      throw corrupt('a pickle has an instruction that weights have no need of', seen);
    }
    handler(machine);
  }
}

/** Little-endian two's complement. */
function integer(bytes: Uint8Array, corrupt: Complaint): number | bigint {
  if (bytes.length > MAX_INTEGER) throw corrupt('a pickle has an overlong number', `${bytes.length} bytes`);
  const unsigned = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const value = BigInt.asIntN(8 * bytes.length, unsigned);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const STOP = 0x2e;

/** The instructions by opcode, with the names Python gives them. */
const HANDLERS: Readonly<Record<number, Handler>> = {
  0x80: (m) => void m.bytes.u8(), // PROTO
  0x95: (m) => void m.bytes.take(8), // FRAME: a hint for buffered reading

  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true), // NEWTRUE
  0x89: (m) => m.push(false), // NEWFALSE
  0x4b: (m) => m.push(m.bytes.u8()), // BININT1
  0x4d: (m) => m.push(m.bytes.u16()), // BININT2
  0x4a: (m) => m.push(m.bytes.i32()), // BININT
  0x8a: (m) => m.push(integer(m.bytes.take(m.bytes.u8()), m.corrupt)), // LONG1
  0x8b: (m) => m.push(integer(m.bytes.take(m.bytes.u32()), m.corrupt)), // LONG4
  0x47: (m) => m.push(m.bytes.bigEndianDouble()), // BINFLOAT

  0x58: (m) => m.push(m.text(m.bytes.u32())), // BINUNICODE
  0x8c: (m) => m.push(m.text(m.bytes.u8())), // SHORT_BINUNICODE
  0x8d: (m) => m.push(m.text(m.bytes.u64())), // BINUNICODE8
  0x55: (m) => m.push(latin1(m.bytes.take(m.bytes.u8()))), // SHORT_BINSTRING, Python 2's text
  0x54: (m) => m.push(latin1(m.bytes.take(m.bytes.u32()))), // BINSTRING
  0x43: (m) => m.push(m.bytes.take(m.bytes.u8())), // SHORT_BINBYTES
  0x42: (m) => m.push(m.bytes.take(m.bytes.u32())), // BINBYTES
  0x8e: (m) => m.push(m.bytes.take(m.bytes.u64())), // BINBYTES8
  0x96: (m) => m.push(m.bytes.take(m.bytes.u64())), // BYTEARRAY8

  0x28: (m) => m.mark(), // MARK
  0x31: (m) => void m.popToMark(), // POP_MARK
  0x30: (m) => void m.pop(), // POP
  0x32: (m) => m.push(m.top()), // DUP

  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x85: (m) => m.push(m.popMany(1)), // TUPLE1
  0x86: (m) => m.push(m.popMany(2)), // TUPLE2
  0x87: (m) => m.push(m.popMany(3)), // TUPLE3
  0x74: (m) => m.push(m.popToMark()), // TUPLE
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x6c: (m) => m.push(m.popToMark()), // LIST
  0x61: (m) => m.append([m.pop()]), // APPEND
  0x65: (m) => m.append(m.popToMark()), // APPENDS
  0x8f: (m) => m.push([]), // EMPTY_SET
  0x90: (m) => m.append(m.popToMark()), // ADDITEMS
  0x91: (m) => m.push(m.popToMark()), // FROZENSET
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x73: (m) => m.setItems(m.popMany(2)), // SETITEM
  0x75: (m) => m.setItems(m.popToMark()), // SETITEMS

  0x71: (m) => void m.memo.set(m.bytes.u8(), m.top()), // BINPUT
  0x72: (m) => void m.memo.set(m.bytes.u32(), m.top()), // LONG_BINPUT
  0x94: (m) => void m.memo.set(m.memo.size, m.top()), // MEMOIZE
  0x68: (m) => m.recall(m.bytes.u8()), // BINGET
  0x6a: (m) => m.recall(m.bytes.u32()), // LONG_BINGET

  0x63: (m) => m.push(findGlobal(m.bytes.line(), m.bytes.line(), m.corrupt)), // GLOBAL
  0x93: (m) => {
    // STACK_GLOBAL
    const [module, name] = m.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string')
      throw m.corrupt('a pickle has a name that is no text');
    m.push(findGlobal(module, name, m.corrupt));
  },
  0x52: (m) => m.call(), // REDUCE
  0x62: (m) => m.setState(), // BUILD
  0x51: (m) => m.push(m.storage(m.pop())), // BINPERSID
};
