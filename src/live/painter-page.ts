/**
 * Where the operator's page paints a keyframe: it is there once `web/viewer/painter.ts` has put it there. The names inside
 * are those that the studio's brush works with.
 */
export const PAINTER_TEMPLATE = `<template id="painter-template">
<section id="painter" aria-label="Paint a keyframe">
<div id="paints">
<button type="button" data-paint="255"><i></i>Foreground</button>
<button type="button" data-paint="128"><i></i>Unknown</button>
<button type="button" data-paint="0"><i></i>Background</button>
<button type="button" data-tool="brush">Brush</button>
<button type="button" data-tool="fill">Fill</button>
<button type="button" data-tool="eraser">Eraser</button>
<label>Size <input type="range" id="size" min="1" max="200" value="30"></label>
<button type="button" id="band" title="Unknown wherever foreground meets background">Draw band</button>
<button type="button" id="undo">Undo</button>
<button type="button" id="redo">Redo</button>
<span id="painter-message" role="status"></span>
<button type="button" id="leave">Cancel</button>
<button type="button" id="use">Use keyframe</button>
</div>
<div class="pane" id="paint"><div class="stage"><canvas id="taken"></canvas><canvas id="overlay"></canvas></div><div id="cursor" hidden></div></div>
</section>
</template>
`;

export const PAINTER_STYLE = `
#painter { position: fixed; inset: 0; display: flex; flex-direction: column; background: #1b1b1b; color: #e4e4e4; user-select: none; }
#paints { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; padding: .5rem; background: #262626; }
#paints label { display: flex; gap: .3rem; align-items: center; }
#paints [aria-pressed=true] { outline: 2px solid #e4e4e4; }
#paints i { display: inline-block; width: .7em; height: .7em; margin-right: .4em; border-radius: 2px; }
[data-paint="255"] i { background: #34c778; } [data-paint="128"] i { background: #4aa8ff; } [data-paint="0"] i { background: #d64a5c; }
#painter-message { flex: 1; text-align: right; color: #ff8a8a; }
.pane { flex: 1; min-height: 0; position: relative; overflow: hidden; touch-action: none; }
#paint { cursor: crosshair; }
#paint[data-cursor=brush] { cursor: none; }
.stage { position: absolute; left: 0; top: 0; transform-origin: 0 0; }
.stage canvas { position: absolute; left: 0; top: 0; width: 100%; height: 100%; }
.stage[data-near] canvas { image-rendering: pixelated; }
#overlay { opacity: .45; }
#cursor { position: absolute; border: 1px solid #fff; border-radius: 50%; mix-blend-mode: difference; pointer-events: none; }
`;
