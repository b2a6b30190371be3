import { readFileSync } from 'node:fs';

/** Leaves out the entries that are not set. */
export const given = (entries) => Object.fromEntries(Object.entries(entries).filter(([, value]) => value));

export const contentOf = (file) => file && readFileSync(file, 'utf8');
