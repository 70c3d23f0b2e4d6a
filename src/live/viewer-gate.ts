import type { IncomingMessage } from 'node:http';
import { opens, type StoredKey } from './rtmp/keys.js';

/** What a connection may do: look, or also capture plates and paint keyframes. */
export type Role = 'viewer' | 'operator';

/** Who may connect. */
export interface GateRules {
  readonly viewKeys: readonly StoredKey[];
  readonly operatorKeys: readonly StoredKey[];
  /** Of pages that may connect, besides those served here: exactly `https://host[:port]`. */
  readonly origins: readonly string[];
  /** Viewers at once, in all and from one address. */
  readonly most: number;
  readonly mostAnAddress: number;
}

/** A request's answer: what it may do, or the HTTP status it is refused with and why. */
export type Admission = { readonly role: Role } | { readonly status: number; readonly why: string };

/** Decides about viewers before their connection is upgraded, and counts those that are there. */
export class ViewerGate {
  readonly #rules: GateRules;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(rules: GateRules) {
    this.#rules = rules;
  }

  /**
   * @param own - origins of the pages served here
   * @param now - milliseconds since 1970
   */
  admit(request: IncomingMessage, own: readonly string[], now: number): Admission {
    const { origins, most, mostAnAddress } = this.#rules;
    const { origin } = request.headers;
    if (origin === undefined || ![...own, ...origins].includes(origin)) return { status: 403, why: 'origin' };
    const role = this.roleOf(keyOf(request), now);
    if (!role) return { status: 401, why: 'key' };
    if (this.#total >= most) return { status: 503, why: 'full' };
    const { remoteAddress = '' } = request.socket;
    if ((this.#byAddress.get(remoteAddress) ?? 0) >= mostAnAddress) return { status: 429, why: 'address' };
    return { role };
  }

  roleOf(key: string | null, now: number): Role | undefined {
    if (opens(key, this.#rules.operatorKeys, now)) return 'operator';
    return opens(key, this.#rules.viewKeys, now) ? 'viewer' : undefined;
  }

  /** Counts an admitted viewer. @returns what to call when it has gone */
  enter({ socket: { remoteAddress = '' } }: IncomingMessage): () => void {
    this.#total += 1;
    this.#byAddress.set(remoteAddress, (this.#byAddress.get(remoteAddress) ?? 0) + 1);
    return () => {
      this.#total -= 1;
      const left = (this.#byAddress.get(remoteAddress) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(remoteAddress, left);
      else this.#byAddress.delete(remoteAddress);
    };
  }
}

/** The key in a request's address. */
export function keyOf(request: IncomingMessage): string | null {
  return addressOf(request)?.searchParams.get('key') ?? null;
}

/** What a request asks for; undefined when that is no address. */
export function addressOf({ url = '' }: IncomingMessage): URL | undefined {
  return URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost') : undefined;
}
