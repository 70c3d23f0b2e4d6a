import { crc32 } from 'node:zlib';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { MatteflowError } from '../../../core/errors.js';
import type { Complaint } from '../corrupt.js';
import { ByteCursor } from './byte-cursor.js';
import type { CheckpointFile } from './checkpoint-file.js';
import { storageOf } from './storage-id.js';
import { unpickle } from './unpickle.js';

/** Files in one archive at most: one a storage, and a few more. */
const MAX_FILES = 65_535;

/**
 * Reads the format of `torch.save` since PyTorch 1.6: an uncompressed zip archive with a pickle, `NAME/data.pkl`, and
 * the storages, `NAME/data/KEY`.
 *
 * @throws `WEIGHTS_CORRUPT` for archives that are damaged, compressed, big-endian, or hold a program (TorchScript)
 */
export async function readArchive(bytes: Uint8Array, corrupt: Complaint): Promise<CheckpointFile> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let files: Map<string, Uint8Array>;
  try {
    files = await listFiles(buffer, await fromBufferPromise(buffer, { lazyEntries: true }), corrupt);
  } catch (cause) {
    if (cause instanceof MatteflowError) throw cause;
    throw corrupt('the zip archive cannot be read', String(cause), undefined, cause);
  }
  const pickles = [...files.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw corrupt('the zip archive is not one of PyTorch', `${pickles.length} files data.pkl`, 'one');
  }
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = files.get(`${folder}byteorder`);
  if (order && Buffer.from(order).toString() !== 'little') {
    throw corrupt('the numbers are stored in another byte order', 'big-endian', 'little-endian');
  }
  const cursor = new ByteCursor(files.get(pickle)!, corrupt);
  const value = unpickle(cursor, (id) => storageOf(id, corrupt), corrupt);
  return { value, storage: (key) => files.get(`${folder}data/${key}`) };
}

/** The files of an archive, as views of it. */
async function listFiles(
  buffer: Buffer,
  archive: ZipFile,
  corrupt: Complaint,
): Promise<Map<string, Uint8Array>> {
  if (archive.entryCount > MAX_FILES) {
    throw corrupt('the zip archive has too many files', `${archive.entryCount}`, `at most ${MAX_FILES}`);
  }
  const entries = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of archive.eachEntry()) {
    if (entries.has(entry.fileName)) throw corrupt('the zip archive has a file twice', entry.fileName);
    entries.set(entry.fileName, entry);
    bytes += entry.compressedSize;
  }
  // Each is read once for its checksum: a small archive must not ask for the same bytes a thousand times.
  if (bytes > buffer.length) {
    throw corrupt('files of the zip archive overlap', `${bytes} bytes`, `at most ${buffer.length}`);
  }
  if ([...entries.keys()].some((name) => /^[^/]+\/constants\.pkl$/.test(name))) {
    throw corrupt('the file is a program (TorchScript)', undefined, 'a state dict, as torch.save writes it');
  }
  const files = new Map<string, Uint8Array>();
  for (const [name, entry] of entries) files.set(name, await fileOf(buffer, archive, entry, corrupt));
  return files;
}

async function fileOf(
  buffer: Buffer,
  archive: ZipFile,
  entry: Entry,
  corrupt: Complaint,
): Promise<Uint8Array> {
  const { fileName, compressionMethod, compressedSize } = entry;
  if (compressionMethod !== 0 || entry.isEncrypted()) {
    throw corrupt(
      'the zip archive is compressed or encrypted',
      fileName,
      'stored files, as PyTorch writes them',
    );
  }
  const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
  const data = buffer.subarray(fileDataStart, fileDataStart + compressedSize);
  if (data.length !== compressedSize || crc32(data) !== entry.crc32) {
    throw corrupt('a file in the zip archive is damaged', fileName, 'data that agrees with its checksum');
  }
  return data;
}
