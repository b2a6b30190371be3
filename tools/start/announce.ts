import path from 'node:path';
import { keyFileNames } from '@secret-store/sealing';
import type { Settings } from './settings.ts';

export interface FirstStart {
  readonly username: string;
  /** null: the operator gave it */
  readonly password: string | null;
  readonly apiKey: string | null;
}

const given = 'as you set it';

/** Browsers make passkeys for a name, not for an address. */
const withName = (url: string): string => url.replace(/^http:\/\/127\.0\.0\.1(?=[:/]|$)/, 'http://localhost');

/** What the person who started the store reads. The credentials are shown only once and stored only as hashes. */
export const announce = (settings: Settings, url: string, firstStart: FirstStart | null): string => {
  const lines = ['', `  Secret Store is running at ${withName(url)}`, ''];
  if (firstStart) {
    lines.push(
      '  First administrator (shown only now)',
      `    Username     ${firstStart.username}`,
      `    Password     ${firstStart.password ?? given}`,
      `    API key      ${firstStart.apiKey ?? given}`,
      '',
      `  Recovery file  ${path.join(settings.folders.recovery, keyFileNames.recovery.recoveryFile)}`,
      '    It opens every value of the internal provider. Move it off this machine and keep it safe.',
      '',
    );
  }
  lines.push(`  Data           ${settings.dataDirectory}`, '  Stop           Ctrl-C', '', '');
  return lines.join('\n');
};
