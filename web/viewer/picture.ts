/** What WebGL can take a picture from. */
export type PictureSource = VideoFrame | HTMLVideoElement;

/** Pixels of the picture, and of colour and alpha stacked, which codecs want even. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly stacked: { readonly width: number; readonly height: number };
}

const VERTEX = `
attribute vec2 corner;
varying vec2 place;
void main() {
  place = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0);
}`;

// Colour is multiplied by alpha, as a page expects it of a canvas; a codec's errors must not make it brighter than that.
const FRAGMENT = `
precision mediump float;
uniform sampler2D picture;
uniform vec2 share;
varying vec2 place;
void main() {
  vec2 at = place * share;
  float alpha = texture2D(picture, at + vec2(0.0, 0.5)).g;
  alpha = clamp((alpha - 0.008) / 0.984, 0.0, 1.0);
  gl_FragColor = vec4(min(texture2D(picture, at).rgb, alpha), alpha);
}`;

/** Draws stacked pictures on a canvas with real transparency. */
export class Picture {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGLRenderingContext;
  readonly #share: WebGLUniformLocation | null;

  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl', { alpha: true, premultipliedAlpha: true, antialias: false });
    if (!gl) throw new Error('This browser has no WebGL.');
    this.#canvas = canvas;
    this.#gl = gl;
    const program = linked(gl);
    gl.useProgram(program);
    this.#share = gl.getUniformLocation(program, 'share');
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(program, 'corner');
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
      gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    // One pixel of the canvas is one of the picture: between two halves nothing may be mixed.
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
  }

  resize({ width, height, stacked }: PictureSize): void {
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#gl.viewport(0, 0, width, height);
    this.#gl.uniform2f(this.#share, width / stacked.width, height / stacked.height);
  }

  draw(source: PictureSource): void {
    const gl = this.#gl;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, source);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  clear(): void {
    this.#gl.clearColor(0, 0, 0, 0);
    this.#gl.clear(this.#gl.COLOR_BUFFER_BIT);
  }
}

function linked(gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`The picture cannot be drawn: ${gl.getProgramInfoLog(program) ?? ''}`);
  return program;
}
