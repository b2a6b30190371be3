import { readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, 'servers');

/**
 * The servers that the suites can run on, one file per provider, in `servers/`. `variable` is part of the name of each test
 * that runs on the server; `authorityFile` names the variable with a file of certificates to trust; `identify` returns what
 * the server says it is; `configurations` are what an administrator would enter for the packed module, each with the workers'
 * own values (`workerConfiguration`), if they have some.
 */
export const servers = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(async (file) => (await import(path.join(folder, file))).server),
);

/** The required variables that are missing. */
export const missingVariables = ({ required }, environment) => required.filter((name) => !environment[name]);
