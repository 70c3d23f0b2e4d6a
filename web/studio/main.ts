import { COMMANDS, type Command } from './commands.js';
import { bindControls, showControls } from './controls.js';
import { at } from './dom.js';
import { bindHands } from './hands.js';
import { listen, type ServerState } from './server.js';
import { listShortcuts, showHints } from './shortcuts.js';
import { Studio } from './studio.js';

const LOST = {
  gone: 'The studio does not answer. Go on painting: strokes are kept here until it does; leave this page open',
  restarted:
    'The studio was started anew: open the address that it printed; what was painted here is saved then. Leave this page open',
} as const;

let studio: Studio | undefined;

listen(
  {
    state: (state) => {
      if (!studio) open(state);
      else if (isSame(state, studio)) {
        // The connection is there again. What was painted here is on its way.
        studio.takeState(state);
      } else studio.say('The studio shows another clip now: open its address in a page of its own');
    },
    painted: ({ client, number, frames }) => {
      studio?.takePainted(frames);
      if (number !== undefined && client !== studio?.outbox.client) void studio?.refetch([number]);
    },
    propagated: (frame) => void studio?.takePropagated(frame),
    propagation: (status) => {
      if (!studio) return;
      studio.known.propagation = status;
      studio.changed();
    },
    proxies: (event) => {
      if (!studio) return;
      studio.known.takeProxies(event);
      if (event.failure !== undefined) studio.say(event.failure);
      studio.changed();
    },
  },
  (reason) => {
    at('message').textContent = LOST[reason];
    if (!studio) return;
    studio.lost = LOST[reason];
    studio.changed();
  },
);

window.addEventListener('beforeunload', (event) => {
  if (studio && studio.outbox.length > 0) event.preventDefault();
});

function open(state: ServerState): void {
  const opened = new Studio(state, () => showControls(opened));
  studio = opened;
  const { name, width, height, count } = state.clip;
  document.title = `${name} – matteflow studio`;
  at('clip-name').textContent = name;
  at('clip-facts').textContent =
    `${width} × ${height}, ${count} frames   ·   ${state.model}   ·   saves to ${state.folder}`;
  const run = (command: Command): void => {
    if (command.enabled && !command.enabled(opened)) return;
    // What is done to a frame is done to one that stays.
    if (command !== COMMANDS.play && command.group !== 'Look') opened.playback.stop();
    Promise.resolve(command.run(opened)).then(
      () => {
        opened.fault = '';
        showControls(opened);
      },
      (error: unknown) => opened.say(error),
    );
  };
  bindControls(opened, run);
  bindHands(opened, run);
  listShortcuts();
  showHints();
  opened.takeState(state);
  void opened.show(opened.current);
  document.body.dataset.ready = '';
}

function isSame({ clip }: ServerState, page: Studio): boolean {
  return JSON.stringify(clip) === JSON.stringify(page.clip);
}
