/** An element of the page, by its id and, where it matters, its kind. */
export function at(id: string): HTMLElement;
export function at<T extends HTMLElement>(id: string, kind: new () => T): T;
export function at(id: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${kind.name} called ${id}`);
}

/** Waits a moment after the last of several calls, then does the work once. */
export function settled(milliseconds: number, work: () => void): () => void {
  let timer: number | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}

/** What was thrown, in words for the person at the page. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
