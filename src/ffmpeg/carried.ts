import { randomUUID } from 'node:crypto';
import { access, chmod, constants, copyFile, lstat, mkdir, rename } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';

/** What both installer packages export. */
interface Installer {
  readonly path: string;
  readonly version: string;
}

/**
 * The binary inside an optional npm package, ready to run; undefined when the package is not installed or has none
 * for this platform. Installs that skip scripts leave the file without its execute bit, which is put back here.
 */
export async function carriedBinary(tool: 'ffmpeg' | 'ffprobe'): Promise<string | undefined> {
  let installer: Installer;
  try {
    installer =
      tool === 'ffmpeg'
        ? (await import('@ffmpeg-installer/ffmpeg')).default
        : (await import('@ffprobe-installer/ffprobe')).default;
    await access(installer.path, constants.R_OK);
  } catch {
    return undefined;
  }
  return runnable(installer.path, installer.version);
}

/**
 * The path of an executable with this file's contents: itself where it can be run or made so, else a copy in a folder
 * of the temporary directory that only this user can write.
 */
export async function runnable(path: string, version: string): Promise<string | undefined> {
  if (await canRun(path)) return path;
  try {
    await chmod(path, 0o755);
    return path;
  } catch {
    return privateCopy(path, version).catch(() => undefined);
  }
}

async function privateCopy(path: string, version: string): Promise<string | undefined> {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `matteflow-tools-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const owner = await lstat(folder);
  // Anyone may create that name first: a link, or a folder of theirs, is not used.
  if (!owner.isDirectory() || (uid >= 0 && (owner.uid !== uid || (owner.mode & 0o022) !== 0)))
    return undefined;
  const target = join(folder, `${version.replace(/[^\w.-]/g, '_')}-${basename(path)}`);
  if (await canRun(target)) return target;
  // Complete under its final name or not at all, whoever else is doing the same.
  const unfinished = `${target}.${randomUUID()}`;
  await copyFile(path, unfinished);
  await chmod(unfinished, 0o700);
  await rename(unfinished, target);
  return target;
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
