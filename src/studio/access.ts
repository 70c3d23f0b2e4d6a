import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refused } from '../core/local-request.js';

/**
 * Lets in who has been given the address that the studio printed. Its token is new with every run; the first visit
 * turns it into a cookie, so that it stays in no address that is shown, bookmarked or passed on.
 */
export class Access {
  readonly #token = randomBytes(18).toString('base64url');

  /** The address to open. @param url - the server's own */
  invitation(url: string): string {
    return `${url}?token=${this.#token}`;
  }

  /**
   * Handles a first visit.
   *
   * @returns whether it was one, and the response has been sent
   * @throws Refused 403 for one without the right token
   */
  admit(request: IncomingMessage, response: ServerResponse, port: number): boolean {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const token = searchParams.get('token');
    if (pathname === '/' && token !== null) {
      this.#check(token);
      // Cookies do not know ports: another studio must not overwrite this one's.
      response
        .setHeader('Set-Cookie', `${nameFor(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`)
        .writeHead(303, { Location: '/' })
        .end();
      return true;
    }
    this.#check(cookieOf(request, nameFor(port)));
    return false;
  }

  #check(token: string): void {
    const [given, own] = [Buffer.from(token), Buffer.from(this.#token)];
    if (given.length === own.length && timingSafeEqual(given, own)) return;
    throw new Refused(403, 'Open the address that the studio printed when it was started.');
  }
}

function nameFor(port: number): string {
  return `matteflow-studio-${port}`;
}

function cookieOf({ headers }: IncomingMessage, name: string): string {
  const cookies = (headers.cookie ?? '').split(/;\s*/).map((cookie) => cookie.split('='));
  return cookies.find(([each]) => each === name)?.[1] ?? '';
}
