import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '../../../fixtures/random.js';
import { publish, recordSession, startServer, type TestServer } from '../../support/rtmp.js';

let test: TestServer;
let session: Buffer;

beforeAll(async () => {
  test = await startServer();
  session = await recordSession(test.server.port, test.key);
});
afterAll(() => test.server.close());

const url = (key: string): string => `rtmp://127.0.0.1:${test.server.port}/live/${key}`;

describe('the RTMP server', () => {
  it('says when a publisher comes and goes, killed ones too, and takes the next', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const from = test.events.length;
      const publisher = publish(url(test.key));
      await test.event(({ kind }) => kind === 'published', from);
      publisher.child.kill(signal);
      await test.event(({ kind }) => kind === 'unpublished', from);
    }
  });

  it('refuses a wrong key, and a second publisher while the first goes on', async () => {
    const from = test.events.length;
    const first = publish(url(test.key));
    await test.event(({ kind }) => kind === 'published', from);
    const wrong = publish(url('x'.repeat(32)));
    const second = publish(url(test.key));
    expect(await wrong.ended).not.toBe(0);
    expect(await second.ended).not.toBe(0);
    const refusals = test.events
      .slice(from)
      .flatMap((event) => (event.kind === 'refused' ? [event.why] : []));
    expect(refusals.sort()).toEqual(['another publisher is there', 'wrong key']);
    expect(test.events.slice(from).some(({ kind }) => kind === 'unpublished')).toBe(false);
    first.child.kill();
    await test.event(({ kind }) => kind === 'unpublished', from);
  });

  it('tells of key frames that are too far apart', async () => {
    const from = test.events.length;
    const publisher = publish(url(test.key), {
      input: ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=10'],
      output: ['-g', '30', '-frames:v', '40'],
    });
    await publisher.ended;
    const warned = await test.event(({ kind }) => kind === 'sparse key frames', from);
    expect(warned).toMatchObject({ seconds: expect.closeTo(2.1, 1) as number });
    await test.event(({ kind }) => kind === 'unpublished', from);
  });

  it('plays to nobody who lacks the key for it', async () => {
    const from = test.events.length;
    await replay(withName(session, 'play', test.key));
    await test.event(({ kind }) => kind === 'refused', from);
    expect(test.events.slice(from).filter(({ kind }) => kind !== 'load')).toEqual([
      { kind: 'refused', why: 'not this machine', address: '127.0.0.1' },
    ]);
  });

  it('survives 400 mutated sessions, and lets no frame in with a key that is not one', async () => {
    const random = seededRandom(7);
    const refused = Buffer.from(session.toString('latin1').replaceAll(test.key, 'y'.repeat(32)), 'latin1');
    const from = test.events.length;
    for (let n = 0; n < 400; n += 8) {
      await Promise.all(Array.from({ length: 8 }, () => replay(mutated(refused, random))));
    }
    expect(test.events.slice(from).filter(({ kind }) => kind === 'published')).toEqual([]);
    expect(test.server.restarts).toBe(0);
    // With the key that is one, packets are looked at too.
    for (let n = 0; n < 100; n += 1) await replay(mutated(session, random));
    expect(test.server.restarts).toBe(0);
    const after = test.events.length;
    const idle = await test.event((event) => event.kind === 'load' && event.connections === 0, after);
    expect(idle).toMatchObject({ connections: 0 });
    const publisher = publish(url(test.key));
    await test.event(({ kind }) => kind === 'published', after);
    publisher.child.kill();
    await test.event(({ kind }) => kind === 'unpublished', after);
  });

  it('is started again at once when its process dies, at the same port', async () => {
    const { port, pid } = test.server;
    const from = test.events.length;
    const publisher = publish(url(test.key));
    await test.event(({ kind }) => kind === 'published', from);
    process.kill(pid!, 'SIGKILL');
    await test.event(({ kind }) => kind === 'unpublished', from);
    await test.event(({ kind }) => kind === 'listening', from);
    expect(test.server.port).toBe(port);
    await publisher.ended;
    const after = test.events.length;
    const next = publish(url(test.key));
    await test.event(({ kind }) => kind === 'published', after);
    next.child.kill();
  });

  it('refuses a key that has expired', async () => {
    const late = await startServer(Date.now() - 1);
    try {
      const publisher = publish(`rtmp://127.0.0.1:${late.server.port}/live/${late.key}`);
      expect(await publisher.ended).not.toBe(0);
      expect(late.events.some((event) => event.kind === 'refused' && event.why === 'wrong key')).toBe(true);
    } finally {
      await late.server.close();
    }
  });
});

/** The session with its command and its stream's name exchanged for others, AMF's lengths kept right. */
function withName(recorded: Buffer, command: string, name: string): Buffer {
  const amf = (text: string): Buffer => Buffer.concat([Buffer.from([2, 0, text.length]), Buffer.from(text)]);
  const at = recorded.indexOf(amf('publish'));
  const end = recorded.indexOf(amf(test.key), at) + amf(test.key).length;
  const between = recorded.subarray(at + amf('publish').length, end - amf(test.key).length);
  const body = Buffer.concat([amf(command), between, amf(name)]);
  // The message's header: 12 bytes before its body, its length in bytes 4 to 6.
  const header = Buffer.from(recorded.subarray(at - 12, at));
  header.writeUIntBE(body.length, 4, 3);
  return Buffer.concat([recorded.subarray(0, at - 12), header, body]);
}

/** Some of its bytes changed, left out or doubled, from behind the handshake on. */
function mutated(recorded: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(recorded);
  const start = random.between(0, 1) < 0.1 ? 0 : 3073;
  const place = (): number => Math.floor(random.between(start, bytes.length));
  for (let n = Math.floor(random.between(1, 12)); n > 0; n -= 1)
    bytes[place()] = Math.floor(random.between(0, 256));
  const [a, b] = [place(), place()].sort((x, y) => x - y) as [number, number];
  const kind = random.between(0, 4);
  if (kind < 1) return bytes.subarray(0, b);
  if (kind < 2) return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]);
  if (kind < 3) return Buffer.concat([bytes.subarray(0, b), bytes.subarray(a)]);
  return bytes;
}

/** Sends a session and waits until the server has closed it, or has read it to the end. */
function replay(bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(test.server.port, '127.0.0.1', () => socket.end(bytes));
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.on('close', () => resolve());
  });
}
