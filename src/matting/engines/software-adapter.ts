/** What software renderers call themselves: Google's, Mesa's and Microsoft's. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i;

/** Whether a WebGPU adapter (`GPUAdapterInfo`) imitates a GPU on the processor. */
export function isSoftware(info: {
  readonly isFallbackAdapter?: boolean;
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
}): boolean {
  const { vendor, architecture, device, description } = info;
  return (
    info.isFallbackAdapter === true || SOFTWARE.test([vendor, architecture, device, description].join(' '))
  );
}
