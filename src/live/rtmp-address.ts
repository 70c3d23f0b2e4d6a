import { MatteflowError } from '../core/errors.js';

/** Where a stream is published to. What it says is secret but for the server's name. */
export interface RtmpAddress {
  readonly url: string;
  /** May be shown: `rtmp://live.example/…`. */
  readonly shown: string;
  /** A text of somebody who knows the address, without what it tells of it. */
  readonly hide: (text: string) => string;
}

const HIDDEN = '…';

/** Reads an address that a person wrote. @throws MatteflowError `USAGE`, which does not repeat it */
export function parseRtmpAddress(text: string): RtmpAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['rtmp:', 'rtmps:'].includes(url.protocol) || url.hostname === '' || url.pathname.length < 2) {
    throw new MatteflowError('USAGE', {
      what: 'the stream cannot be published there',
      expected: 'rtmp://server/application/key, or rtmps://',
    });
  }
  const shown = `${url.protocol}//${url.host}/${HIDDEN}`;
  const { username, password, search } = url;
  const parameters = search.slice(1).split('&');
  const values = parameters.map((parameter) => parameter.slice(parameter.indexOf('=') + 1));
  const secrets = [text, username, password, search, ...values, ...url.pathname.split('/').slice(2)]
    .flatMap((secret) => [secret, decoded(secret)])
    .filter((secret) => secret !== '')
    // Longest first, so that none is hidden in part.
    .sort((a, b) => b.length - a.length);
  const hide = (said: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), said);
  return { url: text, shown, hide };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
