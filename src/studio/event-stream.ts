import type { ServerResponse } from 'node:http';

/** Milliseconds between signs of life: a page knows by their absence that the server has gone. */
const HEARTBEAT = 5000;

/** Server-sent events to every open page (HTML Standard, § 9.2). */
export class EventStream {
  readonly #pages = new Set<ServerResponse>();
  readonly #heartbeat = setInterval(() => this.send('alive', null), HEARTBEAT);

  /** @param greeting - what a page is told first */
  add(response: ServerResponse, greeting: unknown): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(message('state', greeting));
    this.#pages.add(response);
    response.on('close', () => this.#pages.delete(response));
  }

  send(event: string, data: unknown): void {
    for (const page of this.#pages) page.write(message(event, data));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const page of this.#pages) page.end();
  }
}

function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
