import { COMMANDS, keyOf, type Command } from './commands.js';
import { at } from './dom.js';
import type { Studio } from './studio.js';

/** Keys, and what the pointer does besides painting: moving the picture, sizing the brush. Space moves while it is held, and plays. */
export function bindHands(studio: Studio, run: (command: Command) => void): void {
  let space = false;
  /** Whether the picture has been moved since Space went down. */
  let moved = false;
  document.addEventListener('keydown', (event) => {
    if (at('shortcuts', HTMLDialogElement).open) {
      if (keyOf(event) === '?') at('shortcuts', HTMLDialogElement).close();
      return;
    }
    if (event.key === ' ') {
      if (!space) moved = false;
      space = true;
      event.preventDefault();
      return;
    }
    const key = keyOf(event);
    const command = Object.values(COMMANDS).find(({ keys }) => keys.includes(key));
    if (!command) return;
    event.preventDefault();
    run(command);
  });
  document.addEventListener('keyup', (event) => {
    if (event.key !== ' ' || !space) return;
    space = false;
    if (!moved) run(COMMANDS.play!);
  });
  window.addEventListener('blur', () => (space = false));
  for (const pane of document.querySelectorAll<HTMLElement>('.pane')) {
    // Before the brush sees it.
    pane.addEventListener(
      'pointerdown',
      (event) => {
        const pans = event.button === 1 || (event.button === 0 && (space || pane.id === 'preview'));
        // No stroke lands on a frame that is about to go.
        const playing = studio.playback.isPlaying();
        studio.playback.stop();
        if (!pans && !playing) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (!pans) return;
        moved = true;
        followPan(studio, pane, event);
      },
      { capture: true },
    );
    pane.addEventListener('wheel', (event) => {
      if (event.altKey) run(COMMANDS[event.deltaY + event.deltaX < 0 ? 'larger' : 'smaller']!);
    });
  }
}

function followPan(studio: Studio, pane: HTMLElement, { pointerId }: PointerEvent): void {
  pane.setPointerCapture(pointerId);
  pane.dataset.panning = '';
  const ended = new AbortController();
  const { signal } = ended;
  pane.addEventListener(
    'pointermove',
    ({ movementX, movementY }) => studio.panes.pan({ x: movementX, y: movementY }),
    { signal },
  );
  for (const end of ['pointerup', 'pointercancel'] as const) {
    pane.addEventListener(
      end,
      () => {
        delete pane.dataset.panning;
        ended.abort();
      },
      { signal },
    );
  }
}
