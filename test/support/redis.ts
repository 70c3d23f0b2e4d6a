import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.js';
import { temporaryFolder } from './made-clip.js';

/** Whether Debian's redis-server is installed. */
export const HAS_REDIS: boolean = spawnSync('redis-server', ['--version']).status === 0;

if (!HAS_REDIS) {
  if (process.env.MATTEFLOW_NO_SKIP) throw new Error('redis-server is not installed');
  console.warn('redis-server is not installed, so the tests of queues are skipped');
}

/** A Redis of the running test's own, with an append-only file, so that it remembers over a restart. */
export class TestRedis {
  readonly url: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, persistent: boolean) {
    this.url = `redis://127.0.0.1:${port}`;
    const append = ['--appendonly', persistent ? 'yes' : 'no', '--save', ''];
    this.#args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...append];
  }

  /** Starts one that goes when the running test ends. */
  static async start({ persistent = true }: { readonly persistent?: boolean } = {}): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), await temporaryFolder(), persistent);
    onTestFinished(() => redis.kill());
    await redis.resume();
    return redis;
  }

  /** Starts it again, on the same port, with the same file. */
  async resume(): Promise<void> {
    this.#process = spawn('redis-server', this.#args, { stdio: 'ignore' });
    const client = new Redis(this.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    // Answers come once the file has been read.
    await client.ping();
    client.disconnect();
  }

  /** Ends it without a word (SIGKILL). */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}
