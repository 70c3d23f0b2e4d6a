import { MatteflowError } from '../core/errors.js';
import type { ClassicalName } from '../matting/classical.js';
import type { EngineOptions } from '../pipeline/options.js';
import type { MethodRequest } from './eval-methods.js';
import type { Engine, EvalStages, NamedFolder } from './eval-values.js';

/** The flags of `matteflow eval`, as commander hands them over. */
export type EvalFlags = Pick<EngineOptions, 'tile' | 'scale' | 'margin' | 'batch' | 'prior' | 'threads'> & {
  readonly model?: readonly string[];
  readonly stages?: readonly EvalStages[];
  readonly baseline?: readonly ClassicalName[];
  readonly mattes?: readonly NamedFolder[];
  readonly engine?: readonly Engine[];
  readonly device?: readonly string[];
  readonly skip?: boolean;
  readonly pictures?: boolean;
  readonly csv?: string;
  readonly report?: string;
  readonly plots?: string;
  /** True where the distances are left to us. */
  readonly sweep?: readonly number[] | true;
  /** 8-bit levels of alpha. */
  readonly tolerance: number;
  readonly plot?: string;
  readonly submission?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
};

/**
 * Refuses flags that mean nothing together.
 *
 * @throws `USAGE`
 */
export function checkFlags(flags: EvalFlags): void {
  const { sweep, tolerance, plot, submission, csv, report, mattes, pictures } = flags;
  if (plot !== undefined && sweep === undefined) throw refused('--plot draws what --sweep finds', ['plot']);
  if (sweep !== undefined && mattes) {
    throw refused('finished mattes were made for one trimap, and --sweep makes several', ['mattes']);
  }
  if (sweep !== undefined && pictures)
    throw refused('--sweep prints means; --csv has the pictures', ['pictures']);
  if (sweep !== undefined && report !== undefined) {
    throw refused('--sweep has a --plot instead of a report', ['report']);
  }
  if (tolerance > 127) {
    throw new MatteflowError('USAGE', {
      what: 'with so much tolerance no alpha is soft',
      seen: `--tolerance ${tolerance}`,
      expected: 'levels of 255, such as 2',
    });
  }
  if (submission === undefined) return;
  const others = Object.entries({ sweep, csv, report, mattes, pictures }).filter(
    ([, value]) => value !== undefined,
  );
  if (others.length === 0) return;
  throw refused(
    '--submission writes mattes, and scores nothing',
    others.map(([name]) => name),
  );
}

function refused(what: string, surplus: readonly string[]): MatteflowError {
  return new MatteflowError('USAGE', {
    what,
    remedy: `Leave out ${surplus.map((name) => `--${name}`).join(', ')}`,
  });
}

/**
 * Refuses flags that are for pictures where the folder holds clips, and the other way round.
 *
 * @throws `USAGE`
 */
export function checkKind({ sweep, submission, report, pictures, plots }: EvalFlags, clips: boolean): void {
  const surplus = Object.entries(clips ? { sweep, submission, report, pictures } : { plots }).flatMap(
    ([name, value]) => (value === undefined ? [] : [name]),
  );
  if (surplus.length > 0) throw refused(`the folder holds ${clips ? 'clips' : 'pictures'}`, surplus);
}

/** What the flags ask to be compared: `compact` too, unless models are named or mattes come from elsewhere. */
export function methodRequest(flags: EvalFlags): MethodRequest {
  const { model, stages, baseline = [], mattes, engine = ['auto'], device = ['auto'] } = flags;
  const { tile, scale = 1, margin, batch, prior, threads } = flags;
  return {
    models: model ?? (mattes ? [] : ['compact']),
    ...(stages && { stages }),
    engines: engine,
    devices: device,
    baselines: baseline,
    work: {
      scale,
      ...(tile !== undefined && { tile }),
      ...(margin !== undefined && { margin }),
      ...(batch !== undefined && { batch }),
      ...(prior !== undefined && { prior }),
      ...(threads !== undefined && { threads }),
    },
  };
}
