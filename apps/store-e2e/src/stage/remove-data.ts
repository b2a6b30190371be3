import { rmSync } from 'node:fs';
import { dataDirectory } from './environment.ts';

/** The store has stopped by now. */
const removeData = () => rmSync(dataDirectory, { recursive: true, force: true });

export default removeData;
