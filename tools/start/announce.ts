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

/** Shown only once, and stored only as hashes. */
const credentials = ({ folders }: Settings, { username, password, apiKey }: FirstStart): string[] => [
  '  First administrator (shown only now)',
  `    Username     ${username}`,
  `    Password     ${password ?? given}`,
  `    API key      ${apiKey ?? given}`,
  '',
  `  Recovery file  ${path.join(folders.recovery, keyFileNames.recovery.recoveryFile)}`,
  '    It opens every value of the internal provider. Move it off this machine and keep it safe.',
  '',
];

/** What the person who started the store reads. */
export const announce = (settings: Settings, url: string, firstStart: FirstStart | null): string =>
  [
    ...['', `  Secret Store is running at ${withName(url)}`, ''],
    ...(firstStart === null ? [] : credentials(settings, firstStart)),
    ...[`  Data           ${settings.dataDirectory}`, '  Stop           Ctrl-C', '', ''],
  ].join('\n');

/** What the person reads of a first start that ended before the store ran. */
export const announceUnfinished = (settings: Settings, firstStart: FirstStart): string =>
  [
    '',
    '  Secret Store isn’t running yet. Its first administrator has been created.',
    '',
    ...credentials(settings, firstStart),
    '',
  ].join('\n');
