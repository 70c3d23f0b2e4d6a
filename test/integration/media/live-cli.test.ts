import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runCli, startCli } from '../../support/cli.js';

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Ports that were free a moment ago. */
async function freePorts(): Promise<[rtmp: string, http: string, health: string]> {
  const servers = [await listening(), await listening(), await listening()] as const;
  const [rtmp, http, health] = servers.map((server) => String(portOf(server))) as [string, string, string];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [rtmp, http, health];
}

describe('matteflow live, the command', () => {
  it('shows where to publish and look, and ends cleanly when it is interrupted', async () => {
    const [rtmp, http, health] = await freePorts();
    const { child, ended } = startCli(['live', '--rtmp', rtmp, '--http', http, '--health', health]);
    const said = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr!.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('Ctrl-C')) resolve(text);
      });
      void ended.then(({ stderr }) => reject(new Error(stderr)));
    });
    expect(said).toMatch(new RegExp(`rtmp://localhost:${rtmp}/live\\s+key [\\w-]{32}`));
    const page = new RegExp(`http://localhost:${http}/\\?key=[\\w-]{32}`).exec(said)![0];
    expect((await fetch(page)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${health}/health`)).status).toBe(200);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    await expect(fetch(`http://127.0.0.1:${health}/health`)).rejects.toThrow();
    // The server's process has gone with it: its port can be had.
    const again = createServer();
    await new Promise<void>((resolve, reject) => {
      again.on('error', reject);
      again.listen(Number(rtmp), '127.0.0.1', resolve);
    });
    again.close();
  });

  it('names what is wrong with what it is given', async () => {
    const [rtmp, http, health] = await freePorts();
    const taken = await listening();
    const ports = ['--http', http, '--health', health];
    const lone = await runCli(['live', '--rtmp', rtmp, ...ports, '--keyframe', 'me.png']);
    expect([lone.code, lone.stderr]).toEqual([2, expect.stringContaining('belong together') as string]);
    const short = await runCli(['live', '--key', 'short']);
    expect([short.code, short.stderr]).toEqual([2, expect.stringContaining('At least 16') as string]);
    const busy = await runCli(['live', '--rtmp', String(portOf(taken)), ...ports]);
    expect([busy.code, busy.stderr]).toEqual([2, expect.stringContaining('cannot listen') as string]);
    const certificate = await runCli(['live', ...ports, '--tls-cert', 'no.pem', '--tls-key', 'no.pem']);
    expect([certificate.code, certificate.stderr]).toEqual([1, expect.stringContaining('TLS') as string]);
    taken.close();
  });
});
