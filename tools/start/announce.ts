import path from 'node:path';
import { keyFileNames } from '@secret-store/sealing';
import type { Settings } from './settings.ts';

export interface FirstStart {
  readonly username: string;
  readonly password: string;
  readonly apiKey: string;
}

/** What the person who started us reads. The credentials are told this once and kept only as hashes. */
export const announce = (settings: Settings, url: string, firstStart: FirstStart | null): string => {
  const lines = ['', `  Secret Store   ${url}`, ''];
  if (firstStart) {
    lines.push(
      '  The first administrator, shown this once:',
      `    Username     ${firstStart.username}`,
      `    Password     ${firstStart.password}`,
      `    API key      ${firstStart.apiKey}`,
      '',
      `  Recovery file  ${path.join(settings.folders.recovery, keyFileNames.recovery.recoveryFile)}`,
      '    It opens every internal value. Take it away from this machine, and keep it.',
      '',
    );
  }
  lines.push(`  Data           ${settings.dataDirectory}`, '  Stop           Ctrl-C', '', '');
  return lines.join('\n');
};
