import { versionsWith } from '../../core/versions.js';
import { publishFiles } from '../../output/publish-files.js';
import { qcPage, type QcReport } from './qc-page.js';

/**
 * Writes a run's QC page; it appears complete.
 *
 * @throws `OUTPUT_EXISTS` when a file is there and `overwrite` is false; `OUTPUT_UNWRITABLE`
 */
export async function writeQcPage(path: string, report: QcReport, overwrite: boolean): Promise<void> {
  const { ffmpeg = 'unknown', ...settings } = report.settings;
  const content = qcPage({ ...report, settings: { ...settings, ...(await versionsWith(ffmpeg)) } });
  await publishFiles([{ path, content }], overwrite);
}
