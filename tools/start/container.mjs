// Runs the store in a container. It was installed and built with the image.
import './failures/outlive-readers.mjs';
import { fail, takeDataDirectory } from '../workspace/take-data-directory.mjs';
import { root } from '../workspace/workspace.mjs';

const dataDirectory = takeDataDirectory('.secret-store');
const { describeStartFailure, serve } = await import('../../dist/tools/serve.mjs');
await serve({ root, dataDirectory }).catch((error) => fail(describeStartFailure(error)));
