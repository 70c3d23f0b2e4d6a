/**
 * Lets an element play what is appended to a new buffer, instead of what it played before.
 *
 * @param type - of what will be appended, codecs included
 * @param opened - is given the buffer once it takes something
 */
export function openSource(
  element: HTMLMediaElement,
  type: string,
  opened: (buffer: SourceBuffer) => void,
): void {
  const source = new MediaSource();
  URL.revokeObjectURL(element.src);
  element.src = URL.createObjectURL(source);
  source.addEventListener('sourceopen', () => opened(source.addSourceBuffer(type)));
  element.play().catch(() => undefined);
}
