/** Imports point one way: core → ffmpeg → {ingest|trimap|matting|output} → {pipeline|training|evaluation} → {live|dataset|studio} → cli. */
const stages = ['ingest', 'trimap', 'matting', 'output'];
const users = ['pipeline', 'training', 'evaluation'];
const services = ['live', 'dataset', 'studio'];
const at = (...names) => `^src/(${names.join('|')})(/|$)`;
const may = (name, from, to) => ({
  name,
  severity: 'error',
  comment: 'A folder imports only from folders to its left (docs/architecture.md).',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@tensorflow/tfjs-node' },
    },
    may('core-imports-nothing', at('core'), at('ffmpeg', ...stages, ...users, ...services, 'cli')),
    may('ffmpeg-imports-core', at('ffmpeg'), at(...stages, ...users, ...services, 'cli')),
    ...stages.map((s) =>
      may(`${s}-is-a-stage`, at(s), at(...stages.filter((o) => o !== s), ...users, ...services, 'cli')),
    ),
    may('users-below-services', at(...users), at(...services, 'cli')),
    may('services-below-cli', at(...services), at('cli')),
    {
      name: 'only-ffmpeg-runs-ffmpeg',
      severity: 'error',
      from: { path: '^src/', pathNot: at('ffmpeg') },
      to: { path: 'fluent-ffmpeg' },
    },
    {
      name: 'rxjs-in-bridge-pipeline-live',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(core/pull\\.ts|pipeline/|live/)' },
      to: { path: 'node_modules/rxjs' },
    },
    {
      name: 'tensors-in-matting-training',
      severity: 'error',
      from: { path: '^src/', pathNot: at('matting', 'training') },
      to: { path: 'node_modules/(@tensorflow|onnxruntime-node|onnxruntime-common)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
