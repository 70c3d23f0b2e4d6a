import { COMMANDS, type Command } from './commands.js';
import { at } from './dom.js';
import type { Over } from './matte-view.js';
import type { Studio } from './studio.js';

/** The largest brush, pixels; the slider's steps are finer for small ones. */
const LARGEST_BRUSH = 400;

/** Labels the buttons and binds everything in the page that can be clicked or dragged. */
export function bindControls(studio: Studio, run: (command: Command) => void): void {
  for (const button of commandButtons()) {
    const command = COMMANDS[button.dataset.command!]!;
    const swatch = document.createElement('i');
    const key = document.createElement('kbd');
    key.textContent = keyLabel(command.keys[0]!);
    button.append(...(command.pressed && 'value' in button ? [swatch] : []), command.label, key);
    button.addEventListener('click', () => {
      run(command);
      // Keys belong to the picture, and Enter would press the button again.
      button.blur();
    });
  }
  slider('size', (value) => (studio.brush.settings.diameter = Math.round(LARGEST_BRUSH ** (value / 100))));
  slider('band', (value) => (studio.painting.bandWidth = value));
  slider('opacity', (value) => at('overlay').style.setProperty('opacity', String(value / 100)));
  at('opacity', HTMLInputElement).value = '45';
  at('overlay').style.opacity = '0.45';
  for (const button of document.querySelectorAll<HTMLElement>('#over [data-over]')) {
    button.addEventListener('click', () => studio.setOver(button.dataset.over as Over));
  }
  at('colour').addEventListener('input', () => {
    document.documentElement.style.setProperty('--over', at('colour', HTMLInputElement).value);
    studio.setOver('colour');
  });
  function slider(id: string, set: (value: number) => void): void {
    const input = at(id, HTMLInputElement);
    input.addEventListener('input', () => {
      set(Number(input.value));
      showControls(studio);
    });
    input.addEventListener('change', () => input.blur());
  }
}

/** Brings buttons, sliders and texts up to date. */
export function showControls(studio: Studio): void {
  for (const button of commandButtons()) {
    const { pressed, enabled, urgent } = COMMANDS[button.dataset.command!]!;
    if (pressed) button.setAttribute('aria-pressed', String(pressed(studio)));
    button.disabled = enabled ? !enabled(studio) : false;
    if (urgent) button.dataset.urgent = String(urgent(studio));
  }
  for (const button of document.querySelectorAll<HTMLElement>('#over [data-over]')) {
    button.setAttribute('aria-pressed', String(button.dataset.over === studio.matte.over));
  }
  const { diameter } = studio.brush.settings;
  at('size', HTMLInputElement).value = String((100 * Math.log(diameter)) / Math.log(LARGEST_BRUSH));
  at('size-value').textContent = `${diameter} px`;
  at('band', HTMLInputElement).value = String(studio.painting.bandWidth);
  at('band-value').textContent = `${studio.painting.bandWidth} px`;
  at('opacity-value').textContent = `${at('opacity', HTMLInputElement).value} %`;
  studio.brush.showCursor();
  showTexts(studio);
}

function showTexts(studio: Studio): void {
  const { clip, current, frame, known, outbox } = studio;
  const { confidences, painted, propagation, proxies, unsaved } = known;
  at('frame-number').textContent = `Frame ${current}`;
  const confidence = confidences.get(current);
  const origins = {
    painted: painted.get(current)?.saved ? 'keyframe' : 'painted, not saved yet',
    propagated: `propagated${confidence === undefined ? '' : `, confidence ${confidence.toFixed(2)}`}`,
    none: 'no trimap yet',
  } as const;
  at('paint-caption').textContent = frame ? origins[frame.origin] : '…';
  const seconds = ((current - clip.first) / clip.fps).toFixed(2);
  const facts = [
    `${seconds} s`,
    `${painted.size} ${painted.size === 1 ? 'keyframe' : 'keyframes'}${unsaved > 0 ? `, ${unsaved} not saved` : ''}`,
    propagation.suggestions.length > 0 &&
      `suggested: ${propagation.suggestions.toSorted((a, b) => a - b).join(', ')}`,
  ];
  at('frame-facts').textContent = facts.filter((fact) => fact !== false).join('   ·   ');
  const waiting =
    outbox.length > 0 ? `${outbox.length} ${outbox.length === 1 ? 'stroke' : 'strokes'} on the way` : '';
  const running = propagation.running ? `propagating: ${propagation.done} frames` : '';
  const reading = proxies < clip.count ? `reading the clip: ${proxies} of ${clip.count}` : '';
  const fault = studio.lost || studio.fault || propagation.failure;
  at('message').dataset.kind = fault ? 'fault' : 'work';
  at('message').textContent = [fault, running || reading, waiting].filter(Boolean).join('   ·   ');
  const progress = at('progress', HTMLProgressElement);
  progress.hidden = !propagation.running && !reading;
  progress.value = propagation.running ? propagation.done / clip.count : proxies / clip.count;
  const [button] = document.querySelectorAll('[data-command="propagate"]');
  button!.childNodes.forEach((node) => {
    if (node.nodeType === Node.TEXT_NODE) node.textContent = propagation.running ? 'Stop' : 'Propagate';
  });
}

function commandButtons(): NodeListOf<HTMLButtonElement> {
  return document.querySelectorAll<HTMLButtonElement>('button[data-command]');
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ...{
    ctrl: 'Ctrl',
    shift: 'Shift',
    alt: 'Alt',
    enter: 'Enter',
    ' ': 'Space',
    delete: 'Del',
    home: 'Home',
    end: 'End',
  },
  ...{ arrowleft: '←', arrowright: '→', arrowup: '↑', arrowdown: '↓' },
};

/** A command's key for people: "Ctrl Z". */
export function keyLabel(key: string): string {
  if (key === '+') return key;
  return key
    .split('+')
    .map((part) => KEY_NAMES[part] ?? part.toUpperCase())
    .join(' ');
}
