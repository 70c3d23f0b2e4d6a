/** What an operator's page may ask for. */
export type ViewerCommand = { readonly kind: 'capture plate' };

const KINDS: ReadonlySet<string> = new Set(['capture plate']);

/** Reads a message of a page; undefined for whatever is no command. */
export function parseCommand(text: string): ViewerCommand | undefined {
  try {
    const message = JSON.parse(text) as unknown;
    if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
    const { kind } = message;
    return typeof kind === 'string' && KINDS.has(kind) ? ({ kind } as ViewerCommand) : undefined;
  } catch {
    return undefined;
  }
}
