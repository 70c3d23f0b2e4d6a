import { readFile } from 'node:fs/promises';
import { compiledUrl } from '../core/compiled.js';
import { PAINTER_STYLE, PAINTER_TEMPLATE } from './painter-page.js';

/** Something the viewer's page consists of. */
export interface ViewerFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SOUND_SCRIPTS = ['sound-button', 'sound-clock', 'web-codecs-sound', 'media-source-sound'] as const;
const SCRIPTS = [
  'viewer',
  'picture',
  'player',
  'web-codecs-player',
  'media-source-player',
  'media-source',
  'boxes',
  ...SOUND_SCRIPTS,
] as const;

/** Of web/viewer, for operators; and what that takes from web/studio. */
const PAINTER_SCRIPTS = ['painter'] as const;
const STUDIO_SCRIPTS = [
  ...['band', 'brush', 'brush-tool', 'dom', 'fill', 'history', 'overlay', 'panes', 'trimap-edit', 'view'],
] as const;

/** Only what is served here may run, and only this server be talked to; scripts of other pages may not frame it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src blob:; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const COMMON = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const STYLE = `
html, body { height: 100%; margin: 0; background: transparent; }
body { display: flex; flex-direction: column; font: 14px/1.4 system-ui, sans-serif; color: #222; }
[hidden] { display: none !important; }
#stage { flex: 1; min-height: 0; display: flex; align-items: center; justify-content: center; }
#stage.checked { background: repeating-conic-gradient(#bbb 0 25%, #ddd 0 50%) 0 0 / 32px 32px; }
#picture { max-width: 100%; max-height: 100%; }
#panel { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; align-items: center; padding: .6rem 1rem; background: #f4f4f4; }
#panel dl { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0; }
#panel dl div { display: flex; gap: .4rem; }
#panel dt { color: #666; } #panel dd { margin: 0; font-variant-numeric: tabular-nums; }
#notice { margin: 0; color: #a30; }
.bare #panel { display: none; }

`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>matteflow live</title>
<link rel="stylesheet" href="/viewer.css">
</head>
<body data-state="waiting">
<div id="stage"><canvas id="picture" width="16" height="9"></canvas></div>
<div id="panel">
<button id="capture" type="button" hidden title="Step out of the picture first">Capture plate</button>
<button id="sound" type="button" hidden>Sound on</button>
<button id="keyframe" type="button" hidden title="Paint subject and background on the present picture">Paint keyframe</button>
<label>Background
<select id="background"><option value="checked">checked</option><option value="">transparent</option><option value="#00b140">colour</option></select>
<input id="colour" type="color" value="#00b140" hidden></label>
<dl>
<div><dt>Frames a second</dt><dd id="fps">–</dd></div>
<div><dt>Latency</dt><dd id="latency">–</dd></div>
<div><dt>Dropped</dt><dd id="dropped">–</dd></div>
<div><dt>Quality</dt><dd id="rung">–</dd></div>
<div><dt>Trimap</dt><dd id="ready">–</dd></div>
<div><dt>Outputs</dt><dd id="outputs">–</dd></div>
<div><dt>Decoder</dt><dd id="decoder">–</dd></div>
</dl>
<p id="advice" hidden>Nothing is shown before there is a plate or a keyframe: step out of the picture and press Capture plate, or press Paint keyframe.</p>
<p id="notice" role="status"></p>
<p id="insecure" hidden>This address is neither https nor this machine's own, so that the browser hides WebCodecs: the picture comes later.</p>
</div>
${PAINTER_TEMPLATE}<script type="module" src="/viewer.js"></script>
</body>
</html>
`;

/** What is served, by path. */
export async function viewerFiles(): Promise<ReadonlyMap<string, ViewerFile>> {
  const file = (type: string, body: string): ViewerFile => ({
    headers: { ...COMMON, 'Content-Type': `${type}; charset=utf-8`, 'Content-Security-Policy': POLICY },
    body,
  });
  const script = async (path: string, source: string): Promise<readonly [string, ViewerFile]> => {
    const url = compiledUrl(`../../web/${source}.js`, import.meta.url);
    return [`/${path}.js`, file('text/javascript', await readFile(url, 'utf8'))];
  };
  const scripts = await Promise.all([
    ...[...SCRIPTS, ...PAINTER_SCRIPTS].map((name) => script(name, `viewer/${name}`)),
    ...STUDIO_SCRIPTS.map((name) => script(`studio/${name}`, `studio/${name}`)),
  ]);
  return new Map([
    ['/', file('text/html', PAGE)],
    ['/viewer.css', file('text/css', STYLE + PAINTER_STYLE)],
    ...scripts,
  ]);
}
