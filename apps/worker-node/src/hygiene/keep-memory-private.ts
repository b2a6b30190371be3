import { writeFileSync } from 'node:fs';
import { SettingError } from '../errors/setting-error.ts';

/** Options of Node that write its memory to a file, or let others read it. */
const opening = /^--(?:inspect|heapsnapshot|heap-prof|heap_prof|abort[-_]on[-_]uncaught)/;

/**
 * Keeps the memory of this process, which holds values, out of files: core dumps, reports, heap snapshots. What it starts inherits
 * the first.
 * @throws {SettingError} where Node was started with an option that cannot be undone
 */
export const keepMemoryPrivate = (): void => {
  leaveMemoryOutOfCores();
  turnOffReports();
  const words = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  const found = words.map((word) => word.replaceAll('"', '').split('=')[0] ?? '').find((word) => opening.test(word));
  if (found !== undefined)
    throw new SettingError(
      `Node was started with ${found}, by which values could be read: remove it from NODE_OPTIONS`,
    );
};

/** core(5): no part of the memory is written, also when another program takes the dump. */
const leaveMemoryOutOfCores = (): void => {
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // a kernel without core dumps, or no /proc
  }
};

const turnOffReports = (): void => {
  process.report.reportOnFatalError = false;
  process.report.reportOnSignal = false;
  process.report.reportOnUncaughtException = false;
};
