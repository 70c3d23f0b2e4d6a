import { Redis } from 'ioredis';
import { asError, MatteflowError } from '../../core/errors.js';

/** Milliseconds between two attempts to reach a Redis that went away, at most. */
const LONGEST_PAUSE = 2000;

/**
 * Connects to Redis. A server that is not there now is an error; one that goes away later is waited for, and what was asked
 * of it meanwhile is asked again.
 *
 * @param url - `redis://[:password@]host[:port][/number]`, or `rediss://` for TLS
 * @throws `USAGE` for another kind of address; `TOOL_MISSING` when nothing answers there
 */
export async function openRedis(url: string): Promise<Redis> {
  const address = parseAddress(url);
  let reached = false;
  const redis = new Redis(url, {
    lazyConnect: true,
    // What BullMQ asks of connections that wait for jobs: commands outlive an outage.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (reached ? Math.min(100 * times, LONGEST_PAUSE) : null),
  });
  let reason = 'no answer';
  redis.on('error', (error: Error) => (reason = error.message || error.name));
  try {
    await redis.connect();
    await redis.ping();
    reached = true;
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw new MatteflowError('TOOL_MISSING', {
      what: 'Redis cannot be reached',
      seen: reason,
      expected: 'a server, 5 or later, that answers there',
      remedy: 'Start it (redis-server --appendonly yes), or run without --queue on this machine alone',
      subject: address,
      cause,
    });
  }
}

/**
 * What a person should know of a server that is to keep a queue: without an append-only file a restart forgets all jobs, with
 * another policy than noeviction it may drop some. "" where all is well, or the server does not say.
 */
export async function durabilityNotice(redis: Redis): Promise<string> {
  const [persistent, policy] = await Promise.all([
    setting(redis, 'appendonly'),
    setting(redis, 'maxmemory-policy'),
  ]);
  return [
    persistent === 'no' &&
      'Redis keeps no append-only file: a restart forgets the queue. Start it with --appendonly yes.',
    policy !== undefined &&
      policy !== 'noeviction' &&
      `Redis may drop jobs when memory is short (${policy}). Set maxmemory-policy to noeviction.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Managed servers may refuse to say. */
async function setting(redis: Redis, name: string): Promise<string | undefined> {
  const answer = await redis.config('GET', name).catch(asError);
  return Array.isArray(answer) ? (answer as string[])[1] : undefined;
}

/** Host, port and number, without the password. */
function parseAddress(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && ['redis:', 'rediss:'].includes(parsed.protocol) && parsed.hostname) {
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  }
  throw new MatteflowError('USAGE', {
    what: 'this is no address of a Redis',
    seen: parsed?.protocol ?? 'something else',
    expected: 'redis://host:6379',
  });
}
